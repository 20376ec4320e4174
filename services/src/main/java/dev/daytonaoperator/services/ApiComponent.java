package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** The API, which also serves the dashboard and runs the schedulers of the platform. */
public final class ApiComponent implements Component {

  private static final String DASHBOARD = "/daytona/dist/apps/dashboard";

  @Override
  public ComponentName name() {
    return ComponentName.API;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    var identity = Identity.of(inputs, name());
    // Two first boots at once collide while they seed the database (contract 3.4). One replica
    // keeps Recreate for good, so that an installation writes this Deployment once.
    var replicas = inputs.progress().seeded() ? inputs.spec().api().replicas() : 1;
    var rollout = replicas > 1 ? Rollout.ROLLING : Rollout.RECREATE;
    return List.of(
        PublishedServices.of(inputs, name(), ServiceNames.API_PORT),
        Workloads.deployment(inputs, identity, replicas, rollout, pod(inputs)));
  }

  private PodTemplate pod(Inputs inputs) {
    var pod = PodTemplate.of(inputs, name()).runAs(1000, 1000);
    // Its process stays after SIGTERM: every stop lasts the whole period (contract 11).
    pod.gracePeriod(30);
    // At boot the API rewrites the dashboard's files where they are (T13): it gets a copy that a
    // user other than root may write to, and the image's file system stays read-only.
    var dashboard = pod.emptyDir("dashboard");
    pod.initContainer(
        "dashboard",
        Image.API,
        container ->
            container
                .command("sh", "-c", "cp -R " + DASHBOARD + "/. /dashboard/")
                .requests("50m", "64Mi")
                .memoryLimit("256Mi")
                .mount("/dashboard", dashboard));
    var alive = Probes.http("/api/health", ServiceNames.API_PORT);
    pod.container(
        "api",
        Image.API,
        container -> {
          ApiEnvironment.set(container, inputs);
          container
              .port("http", ServiceNames.API_PORT)
              .mount(DASHBOARD, dashboard)
              .writable("/tmp")
              // The port opens after seeding: database retries and a slow node (contract 2.2).
              .startup(Probes.within(600, alive))
              // Not /ready: its key would be in the probe; the operator asks that one.
              .readiness(alive)
              .liveness(Probes.every(20, 6, alive))
              .requests("100m", "512Mi")
              .memoryLimit("2Gi");
        });
    return pod;
  }
}
