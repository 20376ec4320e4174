package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** The API server, which also serves the dashboard. */
public record Api(
    @JsonPropertyDescription(
            "Number of API pods; `mode: Stopped` is the way to none. Restarts nothing."
                + " Default: `1`.")
        @Min(1)
        @Max(20)
        Integer replicas,
    @JsonPropertyDescription(
            "Least severe level that the API logs. A change restarts the API. Default: `info`.")
        LogLevel logLevel,
    @JsonPropertyDescription(
            "Longest time in minutes that a user may let a stopped sandbox wait before it is"
                + " archived. A change restarts the API. Default: `43200`.")
        @Min(1)
        @Max(525600)
        Integer maxAutoArchiveIntervalMinutes) {

  public enum LogLevel {
    trace,
    debug,
    info,
    warn,
    error
  }
}
