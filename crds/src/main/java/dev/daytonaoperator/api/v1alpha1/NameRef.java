package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The name of an object in the installation's namespace. */
public record NameRef(
    @Required
        @JsonPropertyDescription("Object of the same namespace.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String name) {}
