package dev.daytonaoperator.services;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** The proxy: previews of what listens in sandboxes, the SDKs' toolbox, and build logs. */
public final class ProxyComponent implements Component {

  @Override
  public ComponentName name() {
    return ComponentName.PROXY;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return List.of(
        PublishedServices.of(inputs, name(), ServiceNames.PROXY_PORT),
        Workloads.deployment(
            inputs,
            Identity.of(inputs, name()),
            inputs.spec().proxy().replicas(),
            Rollout.ROLLING,
            pod(inputs)));
  }

  private PodTemplate pod(Inputs inputs) {
    var alive = Probes.http("/health", ServiceNames.PROXY_PORT);
    return PodTemplate.of(inputs, name())
        .runAs(1000, 1000)
        // Longer than it waits itself for open requests and websockets (T30).
        .gracePeriod(inputs.spec().proxy().shutdownTimeoutSeconds() + 10L)
        .container(
            "proxy",
            Image.PROXY,
            container -> {
              environment(container, inputs);
              container
                  .port("http", ServiceNames.PROXY_PORT)
                  // It asks the API for 5 minutes before it opens its port (contract 2.2).
                  .startup(Probes.within(420, alive))
                  .readiness(alive)
                  .liveness(Probes.every(20, 6, alive))
                  .requests("50m", "64Mi")
                  .memoryLimit("512Mi");
            });
  }

  private static void environment(ContainerSpec container, Inputs inputs) {
    var endpoints = inputs.endpoints();
    var client = OidcClient.of(inputs);
    container
        .env("PROXY_PORT", ServiceNames.PROXY_PORT)
        // The public scheme: it is part of the redirect URI (T28).
        .env("PROXY_PROTOCOL", endpoints.proxyProtocol())
        .secretEnv("PROXY_API_KEY", Credential.PROXY_API_KEY)
        .env("DAYTONA_API_URL", endpoints.internalApi())
        // Both, always: unset, the first gets a slash; the second ends the comparison (T11).
        .env("OIDC_DOMAIN", endpoints.internalIssuer())
        .env("OIDC_PUBLIC_DOMAIN", endpoints.publicIssuer())
        .env("OIDC_CLIENT_ID", client.id())
        .env("OIDC_AUDIENCE", client.audience())
        .env("SHUTDOWN_TIMEOUT_SEC", inputs.spec().proxy().shutdownTimeoutSeconds());
    if (inputs.spec().auth().type() == Auth.Type.External
        && inputs.spec().auth().external().clientSecretRef() != null) {
      container.secretEnv("OIDC_CLIENT_SECRET", Credential.OIDC_CLIENT_SECRET);
    }
    ServerAccess.cache(container, inputs);
    if (inputs.spec().proxy().cookieDomain() != null) {
      container.env("COOKIE_DOMAIN", inputs.spec().proxy().cookieDomain());
    }
  }
}
