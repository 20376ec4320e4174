package dev.daytonaoperator.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every spec; the seed in a test's name makes it again. */
class RenderPropertiesTest {

  private static final Set<String> BEARERS = Set.of("apiKey", "token");

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("seeds", 120));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void holds_for(long seed) {
    var resource = RandomSpecs.resource(seed);
    var run = CommandRun.reading(resource, "render", "-");
    assertThat(run.errors()).isEmpty();
    assertThat(run).isEqualTo(CommandRun.reading(resource, "render", "-"));

    var full = CommandRun.reading(resource, "render", "-", "--with-secrets").output();
    var objects = Manifested.of(full).objects();
    names(objects);
    pods(objects);
    secrets(objects, full);
  }

  private static void names(List<HasMetadata> objects) {
    assertThat(objects)
        .extracting(it -> it.getKind() + "/" + it.getMetadata().getName())
        .doesNotHaveDuplicates();
    for (var object : objects) {
      var name = object.getMetadata().getName();
      // a StatefulSet's pods and their revision labels, a CronJob's Jobs are called after it
      int limit = object instanceof StatefulSet || object instanceof CronJob ? 52 : 63;
      assertThat(name).hasSizeLessThanOrEqualTo(limit).matches("[a-z]([-a-z0-9]*[a-z0-9])?");
      var labels = object.getMetadata().getLabels();
      assertThat(labels).containsKeys(Labels.INSTALLATION, Labels.MANAGED_BY);
      assertThat(labels.values()).allMatch(value -> value.length() <= 63);
    }
  }

  private static void pods(List<HasMetadata> objects) {
    var pods = objects.stream().flatMap(RenderPropertiesTest::templates).toList();
    assertThat(pods).isNotEmpty();
    for (var pod : pods) {
      assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
      assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    }
    for (var object : objects) {
      var selector = selector(object);
      if (selector.isEmpty()) {
        continue;
      }
      var own = templates(object).toList();
      var candidates = own.isEmpty() ? pods : own;
      assertThat(candidates)
          .as(object.getKind() + " " + object.getMetadata().getName() + " selects " + selector)
          .anyMatch(pod -> labels(pod).entrySet().containsAll(selector.entrySet()));
    }
  }

  private static Map<String, String> labels(PodTemplateSpec pod) {
    return pod.getMetadata().getLabels();
  }

  private static Stream<PodTemplateSpec> templates(HasMetadata object) {
    return switch (object) {
      case Deployment it -> Stream.of(it.getSpec().getTemplate());
      case StatefulSet it -> Stream.of(it.getSpec().getTemplate());
      case Job it -> Stream.of(it.getSpec().getTemplate());
      case CronJob it -> Stream.of(it.getSpec().getJobTemplate().getSpec().getTemplate());
      default -> Stream.empty();
    };
  }

  /** What must select a pod; policies for steps and empty pools may select none yet. */
  private static Map<String, String> selector(HasMetadata object) {
    return switch (object) {
      case Deployment it -> it.getSpec().getSelector().getMatchLabels();
      case StatefulSet it -> it.getSpec().getSelector().getMatchLabels();
      case Service it -> it.getSpec().getSelector();
      case PodDisruptionBudget it when !ofEmptyPool(it) ->
          it.getSpec().getSelector().getMatchLabels();
      case NetworkPolicy it when it.getSpec().getPodSelector().getMatchExpressions().isEmpty() ->
          Map.of(Labels.INSTALLATION, it.getMetadata().getLabels().get(Labels.INSTALLATION));
      default -> Map.of();
    };
  }

  private static boolean ofEmptyPool(PodDisruptionBudget budget) {
    return "none".equals(budget.getSpec().getSelector().getMatchLabels().get(Labels.RUNNER_POOL));
  }

  /** Bearer keys differ, and no value is outside its Secret. */
  private static void secrets(List<HasMetadata> objects, String yaml) {
    var bearers = new HashSet<String>();
    for (var object : objects) {
      if (object instanceof Secret secret) {
        secret
            .getData()
            .forEach(
                (key, value) -> {
                  if (BEARERS.contains(key)) {
                    assertThat(bearers.add(value)).as(secret.getMetadata().getName()).isTrue();
                  }
                });
      }
    }
    var rest = new StringBuilder();
    Stream.of(yaml.split("(?m)^---\\R"))
        .filter(document -> !document.contains("\nkind: Secret\n"))
        .forEach(rest::append);
    for (var object : objects) {
      if (object instanceof Secret secret) {
        for (var entry : secret.getData().entrySet()) {
          var value = Manifested.decoded(entry.getValue());
          if (value.length() >= 16) { // shorter ones are user names
            assertThat(rest.indexOf(value))
                .as(secret.getMetadata().getName() + " " + entry.getKey())
                .isNegative();
          }
        }
      }
    }
  }
}
