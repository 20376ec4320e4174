package dev.daytonaoperator.api.v1alpha1;

/** The API server, which also serves the dashboard. */
public record Api(Integer replicas, LogLevel logLevel, Integer maxAutoArchiveIntervalMinutes) {

  public enum LogLevel {
    trace,
    debug,
    info,
    warn,
    error
  }
}
