package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** User name and password in one Secret of the installation's namespace. */
public record CredentialsRef(
    @Required
        @JsonPropertyDescription("Secret of the same namespace.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String name,
    @Required
        @JsonPropertyDescription("Key of the user name (access key).")
        @Size(min = 1, max = 253)
        @Pattern(Format.SECRET_KEY)
        String usernameKey,
    @Required
        @JsonPropertyDescription("Key of the password (secret key).")
        @Size(min = 1, max = 253)
        @Pattern(Format.SECRET_KEY)
        String passwordKey) {}
