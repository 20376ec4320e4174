package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.services.CredentialRef;

/**
 * What shall hold for the row of one runner.
 *
 * @param name the runner's name in Daytona
 * @param token where the token is that the row must carry
 * @param next where the token is that the runner's pod gets; another one during a rotation, when
 *     the row may have either
 * @param seeded whether the API makes this row by itself at its first boot
 * @param counted whether to find out how many sandboxes Daytona believes to be on it
 */
public record RunnerWish(
    String name,
    CredentialRef token,
    CredentialRef next,
    Goal goal,
    boolean seeded,
    boolean counted) {

  public enum Goal {
    /** There is a row; whether it is schedulable is left alone, as a person may have set it. */
    SERVE,
    /** It gets no new sandboxes. */
    HOLD,
    /** It gets new sandboxes again. */
    RETURN,
    /** It gets no new sandboxes, and its row goes when none is left. */
    LEAVE
  }
}
