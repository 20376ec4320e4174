package dev.daytonaoperator.services;

import dev.daytonaoperator.services.ImageSet.Image;
import dev.daytonaoperator.services.Services.Port;
import dev.daytonaoperator.services.Workloads.Rollout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** MailDev: takes every mail of the API and shows it in place of sending it. */
final class MailDevComponent implements Component {

  /** User and group {@code node} of the image. */
  private static final int NODE = 1000;

  @Override
  public ComponentName name() {
    return ComponentName.MAILDEV;
  }

  @Override
  public List<HasMetadata> render(Inputs inputs) {
    return switch (inputs.spec().mail().type()) {
      case Smtp, Disabled -> List.of();
      case MailDev ->
          List.of(
              Services.service(
                  inputs,
                  name(),
                  new Port("smtp", ServiceNames.MAILDEV_SMTP_PORT),
                  new Port("http", ServiceNames.MAILDEV_UI_PORT)),
              // mails are in the pod: two at a time would each have some of them
              Workloads.deployment(
                  inputs,
                  Identity.of(inputs, name()),
                  1,
                  Rollout.RECREATE,
                  PodTemplate.of(inputs, name())
                      .runAs(NODE, NODE)
                      .container("maildev", Image.MAILDEV, MailDevComponent::maildev)));
    };
  }

  private static void maildev(ContainerSpec c) {
    // One process for mail and page. A port of one that hangs still takes connections.
    var healthy = Probes.http("/healthz", ServiceNames.MAILDEV_UI_PORT);
    c.env("MAILDEV_SMTP_PORT", ServiceNames.MAILDEV_SMTP_PORT)
        .env("MAILDEV_WEB_PORT", ServiceNames.MAILDEV_UI_PORT)
        .writable("/tmp")
        .port("smtp", ServiceNames.MAILDEV_SMTP_PORT)
        .port("http", ServiceNames.MAILDEV_UI_PORT)
        .readiness(healthy)
        .liveness(healthy)
        .requests("10m", "64Mi")
        .memoryLimit("256Mi");
  }
}
