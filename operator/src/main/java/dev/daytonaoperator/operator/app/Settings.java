package dev.daytonaoperator.operator.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The settings of the operator process, from environment variables {@code DAYTONA_OPERATOR_*}.
 *
 * @param namespace the operator's own namespace; where its lease is
 * @param watchNamespaces namespaces whose installations are reconciled; empty = all
 * @param leaderElection whether several replicas elect one that works
 * @param httpPort port of {@code /metrics}, {@code /healthz} and {@code /readyz}; 0 = any free one
 * @param clusterDomain DNS domain of the cluster's Services; absent = detected
 * @param platformChecks whether Daytona itself is asked for its health; off where none can answer
 * @param platformUrl where every platform's API is asked, with {@code /api}; absent: at its Service
 */
public record Settings(
    String namespace,
    Set<String> watchNamespaces,
    boolean leaderElection,
    int httpPort,
    Optional<String> clusterDomain,
    boolean platformChecks,
    Optional<String> platformUrl) {

  static final String PREFIX = "DAYTONA_OPERATOR_";
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern DNS_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final Pattern HTTP_URL =
      Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\\s?#]*)?/api");

  /** What the kubelet sets for a Service that is called like the operator. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          PREFIX + "(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?)");

  /** No finer one: libraries write whole requests, and so credentials, at TRACE. */
  private static final Set<String> LOG_LEVELS = Set.of("ERROR", "WARN", "INFO", "DEBUG");

  private static final Set<String> LOG_FORMATS = Set.of("text", "json");
  private static final Set<String> KNOWN =
      Set.of(
          "NAMESPACE",
          "WATCH_NAMESPACES",
          "LEADER_ELECTION",
          "HTTP_PORT",
          "CLUSTER_DOMAIN",
          "PLATFORM_CHECKS",
          "PLATFORM_URL",
          "LOG_LEVEL",
          "LOG_FORMAT");

  public Settings {
    watchNamespaces = Set.copyOf(watchNamespaces);
  }

  /** Thrown at start when a setting cannot be used; names every one that is wrong. */
  public static final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final List<String> problems;

    InvalidSettingsException(List<String> problems) {
      super(String.join("; ", problems));
      this.problems = List.copyOf(problems);
    }

    List<String> problems() {
      return problems;
    }
  }

  /**
   * Reads and checks the settings.
   *
   * @param environment the process's environment
   * @param defaultNamespace the namespace to use when {@code DAYTONA_OPERATOR_NAMESPACE} is absent
   * @throws InvalidSettingsException naming each variable that is unknown or cannot be used
   */
  public static Settings from(Map<String, String> environment, String defaultNamespace) {
    var problems = new ArrayList<String>();
    for (var name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX)
          && !KNOWN.contains(name.substring(PREFIX.length()))
          && !SERVICE_LINK.matcher(name).matches()) {
        problems.add(name + " is not a setting");
      }
    }
    var reader = new Reader(environment, problems);
    var namespace = reader.matching("NAMESPACE", DNS_LABEL).orElse(defaultNamespace);
    var settings =
        new Settings(
            namespace,
            reader.namespaces("WATCH_NAMESPACES", namespace),
            reader.flag("LEADER_ELECTION", false),
            reader.port("HTTP_PORT", 8080),
            reader.matching("CLUSTER_DOMAIN", DNS_NAME),
            reader.flag("PLATFORM_CHECKS", true),
            reader.url("PLATFORM_URL"));
    // Logback reads these two itself, from the same variables.
    reader.oneOf("LOG_LEVEL", LOG_LEVELS);
    reader.oneOf("LOG_FORMAT", LOG_FORMATS);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return settings;
  }

  private record Reader(Map<String, String> environment, List<String> problems) {

    Optional<String> text(String name) {
      return Optional.ofNullable(environment.get(PREFIX + name))
          .map(String::strip)
          .filter(v -> !v.isEmpty());
    }

    Optional<String> matching(String name, Pattern pattern) {
      var value = text(name);
      if (value.isPresent() && !pattern.matcher(value.get()).matches()) {
        problems.add(PREFIX + name + " must be a DNS name, is '" + value.get() + "'");
        return Optional.empty();
      }
      return value;
    }

    void oneOf(String name, Set<String> choices) {
      var value = environment.get(PREFIX + name);
      if (value != null && !choices.contains(value)) {
        var sorted = String.join(", ", new TreeSet<>(choices));
        problems.add(PREFIX + name + " must be one of " + sorted + ", is '" + value + "'");
      }
    }

    Optional<String> url(String name) {
      var value = text(name);
      if (value.isPresent() && !HTTP_URL.matcher(value.get()).matches()) {
        problems.add(
            PREFIX
                + name
                + " must be an http or https URL that ends with /api, is '"
                + value.get()
                + "'");
        return Optional.empty();
      }
      return value;
    }

    boolean flag(String name, boolean absent) {
      var value = text(name);
      if (value.isEmpty()) {
        return absent;
      }
      switch (value.get()) {
        case "true" -> {
          return true;
        }
        case "false" -> {
          return false;
        }
        default -> {
          problems.add(PREFIX + name + " must be true or false, is '" + value.get() + "'");
          return absent;
        }
      }
    }

    int port(String name, int absent) {
      var value = text(name);
      if (value.isEmpty()) {
        return absent;
      }
      try {
        int port = Integer.parseInt(value.get());
        if (port >= 0 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException e) {
        // said below, together with numbers out of range
      }
      problems.add(PREFIX + name + " must be a port number, is '" + value.get() + "'");
      return absent;
    }

    Set<String> namespaces(String name, String own) {
      var value = text(name);
      if (value.isEmpty()) {
        return Set.of(own);
      }
      if (value.get().equals("*")) {
        return Set.of();
      }
      var result = new TreeSet<String>();
      for (var part : value.get().split(",", -1)) {
        var namespace = part.strip();
        if (DNS_LABEL.matcher(namespace).matches()) {
          result.add(namespace);
        } else {
          problems.add(
              PREFIX + name + " must be * or namespaces separated by commas, has '" + part + "'");
        }
      }
      return result;
    }
  }
}
