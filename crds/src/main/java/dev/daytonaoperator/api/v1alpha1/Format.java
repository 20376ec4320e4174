package dev.daytonaoperator.api.v1alpha1;

/** Patterns of the strings in the API; every one is anchored and linear. */
final class Format {

  private static final String LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

  static final String DNS_LABEL = "^" + LABEL + "$";
  static final String DNS_NAME = "^" + LABEL + "(\\." + LABEL + ")*$";

  /** A host name or an IPv4 address, without scheme and port. */
  static final String HOST = DNS_NAME;

  /** Scheme, host, optional port; no path. */
  static final String ORIGIN = "^https?://" + LABEL + "(\\." + LABEL + ")*(:[0-9]{1,5})?$";

  /** As {@link #ORIGIN}, with an optional path that does not end in a slash. */
  static final String URL =
      "^https?://" + LABEL + "(\\." + LABEL + ")*(:[0-9]{1,5})?(/[A-Za-z0-9._~%@:+,=-]+)*$";

  static final String EMAIL =
      "^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
          + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$";

  static final String SECRET_KEY = "^[-._a-zA-Z0-9]+$";
  static final String SIZE = "^[1-9][0-9]{0,14}(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$";
  static final String VERSION = "^v[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$";

  private static final String PATH = "[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*";

  /** Registry, optional port and path of an image; neither tag nor digest. */
  static final String REPOSITORY =
      "^([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?/)?" + PATH + "(/" + PATH + ")*$";

  static final String TAG = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$";
  static final String DIGEST = "^sha256:[a-f0-9]{64}$";
  static final String IMAGE =
      "^([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?/)?"
          + PATH
          + "(/"
          + PATH
          + ")*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[a-f0-9]{64})?$";

  /** An identifier that PostgreSQL takes unquoted. */
  static final String SQL_NAME = "^[a-z_][a-z0-9_]*$";

  private static final String CRON_FIELD =
      "(\\*|[0-9A-Za-z]{1,3}(-[0-9A-Za-z]{1,3})?)(/[0-9]{1,2})?"
          + "(,(\\*|[0-9A-Za-z]{1,3}(-[0-9A-Za-z]{1,3})?)(/[0-9]{1,2})?)*";

  static final String SCHEDULE =
      "^(@(hourly|daily|weekly|monthly)|" + CRON_FIELD + "( " + CRON_FIELD + "){4})$";

  private Format() {}
}
