package dev.daytonaoperator.services;

/** Names and ports of the in-cluster Services; ports are constants, only public URLs vary. */
public final class ServiceNames {

  public static final int API_PORT = 3000;
  public static final int PROXY_PORT = 4000;
  public static final int RUNNER_API_PORT = 3003;

  /** The gateway dials this port whatever the runner says (contract T23). */
  public static final int RUNNER_SSH_PORT = 2220;

  public static final int SSH_GATEWAY_PORT = 2222;
  public static final int DEX_PORT = 5556;
  public static final int DATABASE_PORT = 5432;
  public static final int CACHE_PORT = 6379;
  public static final int REGISTRY_PORT = 6000;
  public static final int REGISTRY_UI_PORT = 8080;
  public static final int PGADMIN_PORT = 8080;
  public static final int MINIO_PORT = 9000;
  public static final int MINIO_CONSOLE_PORT = 9001;
  public static final int JAEGER_UI_PORT = 16686;
  public static final int OTLP_GRPC_PORT = 4317;
  public static final int OTLP_HTTP_PORT = 4318;
  public static final int COLLECTOR_METRICS_PORT = 9090;
  public static final int MAILDEV_SMTP_PORT = 1025;
  public static final int MAILDEV_UI_PORT = 1080;

  private ServiceNames() {}

  /**
   * The Service of a component. Object storage is called {@code minio}: the API picks the STS
   * dialect by that substring of the host (contract 6.5).
   */
  public static String of(String installation, ComponentName component) {
    return installation
        + "-"
        + (component == ComponentName.OBJECT_STORAGE ? "minio" : component.id());
  }
}
