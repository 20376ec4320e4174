package dev.daytonaoperator.operator.app;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What must be pullable for an install: the images of all pods, and what runners pull at once. */
final class UsedImages {

  private UsedImages() {}

  static Set<String> of(Commands.Rendered rendered) {
    var images = new TreeSet<String>();
    rendered.objects().stream()
        .flatMap(UsedImages::pods)
        .flatMap(
            pod -> Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()))
        .map(Container::getImage)
        .forEach(images::add);
    var spec = rendered.spec();
    if (!spec.runners().isEmpty()) {
      images.add(spec.sandboxes().defaultSnapshot()); // pulled by dockerd, in no pod
    }
    return images;
  }

  private static Stream<PodSpec> pods(HasMetadata object) {
    return switch (object) {
      case Deployment it -> Stream.of(it.getSpec().getTemplate().getSpec());
      case StatefulSet it -> Stream.of(it.getSpec().getTemplate().getSpec());
      case Job it -> Stream.of(it.getSpec().getTemplate().getSpec());
      case CronJob it -> Stream.of(it.getSpec().getJobTemplate().getSpec().getTemplate().getSpec());
      default -> Stream.empty();
    };
  }
}
