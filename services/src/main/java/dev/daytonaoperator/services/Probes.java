package dev.daytonaoperator.services;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;

/** Probes, with every number that matters said. */
final class Probes {

  private Probes() {}

  static Probe http(String path, int port) {
    return timing()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(port))
        .withScheme("HTTP")
        .endHttpGet()
        .build();
  }

  static Probe tcp(int port) {
    return timing().withNewTcpSocket().withPort(new IntOrString(port)).endTcpSocket().build();
  }

  /** A command; starting a process is slow on a busy node, hence the longer timeout. */
  static Probe exec(String... command) {
    return timing().withTimeoutSeconds(5).withNewExec().withCommand(command).endExec().build();
  }

  /** The same question, asked every {@code period} seconds; {@code failures} in a row count. */
  static Probe every(int period, int failures, Probe probe) {
    return new ProbeBuilder(probe).withPeriodSeconds(period).withFailureThreshold(failures).build();
  }

  /** The same question as a startup probe that gives the container {@code seconds} to boot. */
  static Probe within(int seconds, Probe probe) {
    return every(5, Math.ceilDiv(seconds, 5), probe);
  }

  private static ProbeBuilder timing() {
    return new ProbeBuilder().withPeriodSeconds(10).withTimeoutSeconds(3).withFailureThreshold(3);
  }
}
