package dev.daytonaoperator.operator.platform;

/** What the admin API answers to a call. */
public sealed interface Reply<T> {

  /** It was done, or here it is. */
  record Success<T>(T value) implements Reply<T> {}

  /**
   * It was not done.
   *
   * @param status of the answer; 2xx when its body could not be understood
   * @param words the API's own, without credentials
   */
  record Refused<T>(int status, String words) implements Reply<T> {

    /** Whether another object has the name already. */
    public boolean nameTaken() {
      return status == 409;
    }

    /** Whether the administrator's key is the reason. */
    public boolean unauthorised() {
      return status == 401 || status == 403;
    }

    /** For a status or an event. */
    public String message() {
      return words + " (" + status + ")";
    }
  }
}
