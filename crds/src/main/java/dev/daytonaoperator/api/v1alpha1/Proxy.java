package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** The preview and toolbox proxy. */
public record Proxy(
    @JsonPropertyDescription("Number of proxy pods. Restarts nothing. Default: `1`.")
        @Min(1)
        @Max(20)
        Integer replicas,
    @JsonPropertyDescription(
            "Seconds that a stopping proxy gives open connections. A change restarts the proxy."
                + " Default: `60`.")
        @Min(0)
        @Max(3600)
        Integer shutdownTimeoutSeconds,
    @JsonPropertyDescription(
            "Domain of the proxy's session cookie. A change restarts the proxy and ends preview"
                + " sessions. Absent: derived from the proxy's host.")
        @Size(min = 1, max = 253)
        @Pattern("^\\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")
        String cookieDomain) {}
