package dev.daytonaoperator.services;

/**
 * The Daytona version of each part, which differ while an upgrade is under way (contract 3.3).
 *
 * @param api of the API and of the migrations
 * @param edge of proxy and SSH gateway, which follow the API
 * @param runner of runners, which follow the edge
 */
public record Versions(String api, String edge, String runner) {

  /** Every part at one version. */
  public static Versions all(String version) {
    return new Versions(version, version, version);
  }
}
