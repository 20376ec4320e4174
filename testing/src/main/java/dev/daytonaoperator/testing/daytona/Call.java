package dev.daytonaoperator.testing.daytona;

import java.time.Instant;

/**
 * One request that reached the API.
 *
 * @param path with its query, without {@code /api}
 * @param status of the answer; 0 when none was given
 */
public record Call(Instant at, String method, String path, int status) {

  /** Such as {@code GET /admin/runners}, without the query. */
  public String line() {
    int query = path.indexOf('?');
    return method + " " + (query < 0 ? path : path.substring(0, query));
  }
}
