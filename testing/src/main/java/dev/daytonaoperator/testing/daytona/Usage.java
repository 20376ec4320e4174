package dev.daytonaoperator.testing.daytona;

import java.util.OptionalInt;

/**
 * What a runner reports of itself.
 *
 * @param startedSandboxes absent: as many as Daytona believes to be started there
 */
public record Usage(
    Load load, Allocated allocated, OptionalInt startedSandboxes, Size size, String appVersion) {

  /**
   * What is in use.
   *
   * @param average over 15 minutes, per CPU
   */
  public record Load(double average, double cpuPercent, double memoryPercent, double diskPercent) {}

  /** What sandboxes have been promised. */
  public record Allocated(double cpus, double memoryGiB, double diskGiB) {}

  /** What there is. */
  public record Size(double cpus, double memoryGiB, double diskGiB, int gpus) {}

  /** A runner at rest with room on its disk: it scores about 80 (contract 5.6). */
  public static Usage idle() {
    return new Usage(
        new Load(0.1, 5, 20, 30),
        new Allocated(0, 0, 0),
        OptionalInt.empty(),
        new Size(8, 16, 100, 0),
        "v0.190.0");
  }

  public Usage withDisk(double percent) {
    var fuller = new Load(load.average(), load.cpuPercent(), load.memoryPercent(), percent);
    return new Usage(fuller, allocated, startedSandboxes, size, appVersion);
  }

  public Usage withMemory(double percent) {
    var fuller = new Load(load.average(), load.cpuPercent(), percent, load.diskPercent());
    return new Usage(fuller, allocated, startedSandboxes, size, appVersion);
  }

  public Usage withGpus(int count) {
    var larger = new Size(size.cpus(), size.memoryGiB(), size.diskGiB(), count);
    return new Usage(load, allocated, startedSandboxes, larger, appVersion);
  }

  /** What the runner itself finds, whatever Daytona believes. */
  public Usage withStartedSandboxes(int count) {
    return new Usage(load, allocated, OptionalInt.of(count), size, appVersion);
  }

  public Usage withAppVersion(String version) {
    return new Usage(load, allocated, startedSandboxes, size, version);
  }
}
