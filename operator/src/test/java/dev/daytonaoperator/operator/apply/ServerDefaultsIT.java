package dev.daytonaoperator.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.reconcile.PlatformInputs;
import dev.daytonaoperator.testing.ControlPlane;
import dev.daytonaoperator.testing.Namespaces;
import dev.daytonaoperator.testing.OnControlPlane;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every object that is rendered, as the API server gives it back with its defaults: none is seen as
 * changed, and a change of any value in any of them is seen.
 */
@OnControlPlane
class ServerDefaultsIT {

  /** Another one each time; {@code -Dseed=} repeats a run. */
  private static final int SEED = Integer.getInteger("seed", (int) (System.nanoTime() % 1_000_000));

  /** One of so many values is changed in each run. */
  private static final int SAMPLE = 6;

  private static final String SETTINGS =
      """
      images: {registry: 'mirror.example.org:5000/d', pullPolicy: Always, pullSecrets: [{name: regcred}]}
      network:
        policies: {ingressFrom: [{namespaceSelector: {matchLabels: {a: b}}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}
      registry: {bundled: {garbageCollection: {schedule: '30 3 * * 0'}}}
      components:
        - name: proxy
          pod:
            nodeSelector: {kubernetes.io/arch: amd64}
            tolerations: [{key: a, operator: Exists}, {key: b, value: c, effect: NoExecute, tolerationSeconds: 5}]
            labels: {team: platform}
            annotations: {note: x}
            priorityClassName: system-cluster-critical
            topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}]
            affinity:
              nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}
              podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: z, labelSelector: {matchLabels: {a: b}}}}]}
            extraEnv:
              - {name: A, value: ''}
              - {name: B, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}
              - {name: C, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
              - {name: D, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
            extraVolumes:
              - {name: x-tmp, emptyDir: {medium: Memory, sizeLimit: 1024Mi}}
              - {name: x-ca, configMap: {name: corp, items: [{key: a, path: b}]}}
              - {name: x-secret, secret: {secretName: s, defaultMode: 256}}
            extraVolumeMounts: [{name: x-tmp, mountPath: /x/tmp}, {name: x-ca, mountPath: /x/ca, readOnly: true}]
            securityContext: {fsGroup: 1000}
            resources: {requests: {cpu: '0.5', memory: 1024Mi}, limits: {cpu: 1000m, memory: 1024Mi}}
      """;

  static Stream<Arguments> specs() {
    return Stream.of(
            Named.of("defaults", "{}"),
            Named.of("settings", SETTINGS),
            Named.of("stopped", "mode: Stopped\ndataRetention: {whenDeleted: Delete}"),
            Named.of(
                "ingress with its own certificates",
                """
                exposure: {type: Ingress, domain: d.example.org, ingress: {className: nginx, annotations: {a: b}}, tls: {type: SelfSigned}, ssh: {type: LoadBalancer}}
                api: {replicas: 3}
                proxy: {replicas: 2}
                """),
            Named.of(
                "node ports",
                "exposure: {type: NodePort, domain: d.example.org, ssh: {type: NodePort}}"),
            Named.of(
                "load balancers",
                "exposure: {type: LoadBalancer, domain: d.example.org, loadBalancer: {annotations:"
                    + " {a: b}, sourceRanges: [192.0.2.0/24]}}"),
            Named.of(
                "everything external",
                """
                exposure: {type: Ingress, domain: d.example.org, tls: {type: Secret, secret: {name: tls}}}
                auth: {type: External, external: {issuerUrl: 'https://id.example.org', clientId: a, audience: b}}
                database: {type: External, external: {host: pg.example.org, credentialsSecretRef: {name: pg, usernameKey: u, passwordKey: p}}}
                cache: {type: External, external: {host: 10.0.0.9}}
                objectStorage: {type: External, external: {endpoint: 'https://s3.example.org', credentialsSecretRef: {name: s3, usernameKey: u, passwordKey: p}}}
                registry: {type: External, external: {url: 'https://harbor.example.org', credentialsSecretRef: {name: reg, usernameKey: u, passwordKey: p}}}
                mail: {type: Smtp, smtp: {host: mx.example.org, from: daytona@example.org, user: u, passwordSecretRef: {name: mx, key: p}}}
                tracing: {type: Otlp, otlp: {endpoint: 'http://collector.example.org:4318'}}
                """),
            Named.of(
                "pools",
                """
                runners:
                  - {name: cpu, replicas: 2, storage: {size: 200Gi, storageClassName: fast}}
                  - {name: gpu, gpu: {count: 2}, runtimeClassName: kata, evictionPolicy: Allow, updatePolicy: {type: OnDelete}, sandboxNetwork: {mtu: 1400, dns: [1.1.1.1]}, egress: {allowCIDRs: [10.0.0.0/8]}, docker: {registryMirrors: ['https://m.example.org'], insecureRegistries: ['r:5000']}}
                """))
        .map(spec -> Arguments.of(spec, SEED));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("specs")
  void is_seen_as_it_is(
      String spec, int seed, ControlPlane controlPlane, KubernetesClient hand, Namespaces all) {
    try (var scene = new EngineScene(controlPlane, hand, all.create().name())) {
      var wanted =
          PlatformInputs.render(PlatformInputs.of(scene.name, scene.namespace, spec))
              .toArray(HasMetadata[]::new);
      var made = scene.pass(wanted);
      assertThat(made.rejected()).isEmpty();
      assertThat(made.faults()).isEmpty();
      assertThat(made.writes()).isEqualTo(wanted.length);

      assertThat(scene.pass(wanted)).as("after the echo").isEqualTo(ApplyResult.none());
      scene.restarted();
      assertThat(scene.pass(wanted)).as("after a restart").isEqualTo(ApplyResult.none());

      everyChangeIsSeen(scene, wanted, new SplittableRandom(seed));
    }
  }

  private static void everyChangeIsSeen(
      EngineScene scene, HasMetadata[] wanted, SplittableRandom random) {
    var softly = new SoftAssertions();
    var unseen = new ArrayList<String>();
    for (var object : wanted) {
      var stamped = Stamp.child(scene.owner(), object);
      var live = scene.informed.find(stamped.key()).orElseThrow();
      var fingerprint = stamped.tree().fingerprint(ObjectTree.of(live));
      softly.assertThat(stamped.tree().within(ObjectTree.of(live))).as(stamped.key() + "").isTrue();
      for (var leaf : Leaves.of(stamped.object())) {
        if (random.nextInt(SAMPLE) > 0) {
          continue;
        }
        var changed = ObjectTree.of(Leaves.changed(live, leaf, random));
        if (stamped.tree().within(changed)) {
          unseen.add(stamped.key() + " " + leaf + " (nothing remembered)");
        }
        if (stamped.tree().fingerprint(changed).equals(fingerprint)) {
          unseen.add(stamped.key() + " " + leaf + " (remembered)");
        }
      }
    }
    softly.assertThat(unseen).isEmpty();
    softly.assertAll();
  }
}
