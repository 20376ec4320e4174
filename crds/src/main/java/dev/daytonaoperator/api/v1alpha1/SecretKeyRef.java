package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One key of a Secret in the installation's namespace. */
public record SecretKeyRef(
    @Required
        @JsonPropertyDescription("Secret of the same namespace.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String name,
    @Required
        @JsonPropertyDescription("Key in the Secret's data.")
        @Size(min = 1, max = 253)
        @Pattern(Format.SECRET_KEY)
        String key) {}
