package dev.daytonaoperator.operator.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the DNS domain of the cluster's Services from a pod's resolver configuration. */
final class ClusterDomain {

  static final String USUAL = "cluster.local";
  private static final Pattern SEARCH =
      Pattern.compile("(?:^|\\s)svc\\.([a-z0-9.-]+?)\\.?(?:\\s|$)");

  private ClusterDomain() {}

  /** The domain, or empty outside a cluster. */
  static Optional<String> detect(Path resolvConf) {
    try {
      return Files.readAllLines(resolvConf).stream()
          .filter(line -> line.startsWith("search"))
          .map(SEARCH::matcher)
          .filter(m -> m.find())
          .map(m -> m.group(1))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // no such file outside Linux: then the usual domain is used
    }
  }
}
