package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** The SSH gateway: users log in with a token as their name and land in a sandbox. */
public final class SshGatewayComponent implements Component {

  @Override
  public ComponentName name() {
    return ComponentName.SSH_GATEWAY;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    if (!Installed.has(inputs.spec(), name())) {
      return List.of();
    }
    return List.of(
        PublishedServices.ofSshGateway(inputs),
        Workloads.deployment(
            inputs,
            Identity.of(inputs, name()),
            inputs.spec().sshGateway().replicas(),
            Rollout.ROLLING,
            pod(inputs)));
  }

  private PodTemplate pod(Inputs inputs) {
    // Seldom: each connection that logs nobody in is a line in its log (contract 2.2).
    var listening = Probes.every(30, 3, Probes.tcp(ServiceNames.SSH_GATEWAY_PORT));
    return PodTemplate.of(inputs, name())
        .runAs(1000, 1000)
        // It drops its sessions at once, whatever it is given (contract 2.3).
        .gracePeriod(10)
        .container(
            "ssh-gateway",
            Image.SSH_GATEWAY,
            container ->
                container
                    .env("API_URL", inputs.endpoints().internalApi())
                    .secretEnv("API_KEY", Credential.SSH_GATEWAY_API_KEY)
                    .secretEnv("SSH_PRIVATE_KEY", Credential.SSH_GATEWAY_PRIVATE_KEY)
                    .secretEnv("SSH_HOST_KEY", Credential.SSH_HOST_KEY)
                    .env("SSH_GATEWAY_PORT", ServiceNames.SSH_GATEWAY_PORT)
                    .port("ssh", ServiceNames.SSH_GATEWAY_PORT)
                    .startup(Probes.within(60, listening))
                    .readiness(listening)
                    .liveness(listening)
                    .requests("20m", "32Mi")
                    .memoryLimit("256Mi"));
  }
}
