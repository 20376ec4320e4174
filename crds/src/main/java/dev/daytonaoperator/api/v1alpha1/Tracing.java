package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where traces of API and runners go. */
@ValidationRule(
    value = "(self.type == 'Otlp') == has(self.otlp)",
    message = "`otlp` must be set exactly when `type` is 'Otlp'",
    fieldPath = ".otlp")
public record Tracing(
    @Default("Jaeger")
        @JsonPropertyDescription(
            "Where traces go: the bundled Jaeger, an OTLP endpoint of yours, or nowhere."
                + " A change restarts API and runners. Default: `Jaeger`.")
        Type type,
    @JsonPropertyDescription("The OTLP endpoint; only with `type: Otlp`.") Otlp otlp) {

  public enum Type {
    Jaeger,
    Otlp,
    Disabled
  }

  public record Otlp(
      @Required
          @JsonPropertyDescription(
              "Address of the collector, OTLP over HTTP, without trailing slash and without"
                  + " /v1/traces. A change restarts API and runners.")
          @Size(min = 8, max = 255)
          @Pattern(Format.URL)
          String endpoint,
      @JsonPropertyDescription(
              "Headers sent with each request, as key=value,key=value."
                  + " A change restarts API and runners. Absent: no headers.")
          SecretKeyRef headersSecretRef) {}
}
