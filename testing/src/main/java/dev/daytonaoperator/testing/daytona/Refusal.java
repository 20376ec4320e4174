package dev.daytonaoperator.testing.daytona;

/** An answer that is an error. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final int status;

  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
