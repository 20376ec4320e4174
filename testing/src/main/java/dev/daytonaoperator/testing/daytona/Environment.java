package dev.daytonaoperator.testing.daytona;

import java.util.Map;
import java.util.Optional;

/**
 * What the API reads from its environment at every start. Region, administrator, runner and
 * snapshot are made from it once; issuer, version, limits and the health check's key are read anew.
 *
 * @param defaultRunner the runner that is seeded; absent: none
 */
public record Environment(
    Region region,
    Keys keys,
    Optional<DefaultRunner> defaultRunner,
    String defaultSnapshot,
    Quotas quotas,
    Scores scores,
    String issuer,
    String version) {

  /** The default region. */
  public record Region(String id, String name, boolean enforcesQuotas) {}

  /** Who may call. */
  public record Keys(String admin, String healthCheck) {
    @Override
    public String toString() {
      return "(hidden)";
    }
  }

  /** The runner that Daytona seeds. */
  public record DefaultRunner(String name, String token) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Quotas by the names of Daytona's own DTO.
   *
   * @param standard of organisations that are made without a quota
   */
  public record Quotas(Map<String, Double> admin, Map<String, Double> standard) {
    public Quotas {
      admin = Map.copyOf(admin);
      standard = Map.copyOf(standard);
    }
  }

  /**
   * Thresholds of the availability score.
   *
   * @param initialRunnerAddon added to the threshold for the first runner of a new snapshot
   */
  public record Scores(int availabilityThreshold, int initialRunnerAddon) {}

  private static final Map<String, Double> QUOTA =
      Map.of(
          "totalCpuQuota", 10.0,
          "totalMemoryQuota", 10.0,
          "totalDiskQuota", 30.0,
          "maxCpuPerSandbox", 4.0,
          "maxMemoryPerSandbox", 8.0,
          "maxDiskPerSandbox", 10.0,
          "snapshotQuota", 30.0,
          "maxSnapshotSize", 20.0,
          "volumeQuota", 100.0);

  /** A usual one without a seeded runner. */
  public static Environment of(String adminKey, String healthKey, String defaultSnapshot) {
    return new Environment(
        new Region("us", "us", false),
        new Keys(adminKey, healthKey),
        Optional.empty(),
        defaultSnapshot,
        new Quotas(QUOTA, QUOTA),
        new Scores(10, 20),
        "http://localhost:35006/dex",
        "v0.190.0");
  }

  public Environment withRegion(String id, boolean enforcesQuotas) {
    var other = new Region(id, id, enforcesQuotas);
    return new Environment(
        other, keys, defaultRunner, defaultSnapshot, quotas, scores, issuer, version);
  }

  public Environment withDefaultRunner(String name, String token) {
    var seeded = Optional.of(new DefaultRunner(name, token));
    return new Environment(region, keys, seeded, defaultSnapshot, quotas, scores, issuer, version);
  }

  public Environment withDefaultSnapshot(String image) {
    return new Environment(region, keys, defaultRunner, image, quotas, scores, issuer, version);
  }

  public Environment withIssuer(String url) {
    return new Environment(
        region, keys, defaultRunner, defaultSnapshot, quotas, scores, url, version);
  }
}
