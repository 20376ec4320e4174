package dev.daytonaoperator.operator.chart;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallation;
import dev.daytonaoperator.operator.apply.ManagedKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The operator's rights: what it does with each kind, and so the rules that the chart ships. {@link
 * ShippedRightsIT} compares them with what the API server saw.
 */
final class RbacRules {

  private static final String HEADER =
      """
      # Generated from the operator's list of kinds by bin/generate; do not edit.
      """;

  private RbacRules() {}

  /** In each served namespace (with scope Cluster: in all). */
  static List<RbacRule> perNamespace() {
    var group = DaytonaInstallation.GROUP;
    var rules = new ArrayList<RbacRule>();
    rules.add(
        RbacRule.of(
            "The resources that are reconciled. They are never written.",
            group,
            "daytonainstallations",
            "list",
            "watch"));
    rules.add(
        RbacRule.of(
            "Status is applied on its subresource.",
            group,
            "daytonainstallations/status",
            "patch"));
    rules.add(
        RbacRule.of(
            "Owner references block the owner's foreground deletion; clusters that enforce the"
                + " permission for it ask for this.",
            group,
            "daytonainstallations/finalizers",
            "update"));
    rules.addAll(managedKinds());
    rules.add(
        RbacRule.of(
            "Why a component is not ready; and a runner's pod is replaced when its sandboxes"
                + " allow.",
            "",
            "pods",
            "list",
            "watch",
            "delete"));
    rules.add(RbacRule.of("Why the pods of a workload are refused.", "", "events", "list"));
    rules.add(RbacRule.of("Turns in the life of an installation.", "", "events", "create"));
    rules.add(
        RbacRule.of("The Pod Security level of a served namespace.", "", "namespaces", "get"));
    return rules;
  }

  /** Cluster-wide and optional: what may not be read is unknown and blocks nothing. */
  static List<RbacRule> clusterFacts() {
    return List.of(
        RbacRule.of(
            "Whether there is a default storage class.",
            "storage.k8s.io",
            "storageclasses",
            "list"));
  }

  /** In the release's namespace, where several replicas elect one. */
  static List<RbacRule> leaderElection() {
    var leases = "leases";
    return List.of(
        // A name cannot be a condition of a creation: the request does not carry it.
        RbacRule.of("Makes the lease once.", "coordination.k8s.io", leases, "create"),
        RbacRule.of(
                "Takes and renews it, and releases it at the end.",
                "coordination.k8s.io",
                leases,
                "get",
                "patch",
                "update")
            .named("daytona-operator"));
  }

  /** Kinds of one group that are used alike share a rule. */
  private static List<RbacRule> managedKinds() {
    Map<String, Map<Use, List<String>>> grouped = new LinkedHashMap<>();
    for (var kind : ManagedKind.values()) {
      grouped
          .computeIfAbsent(kind.group(), g -> new TreeMap<>())
          .computeIfAbsent(Use.of(kind), u -> new ArrayList<>())
          .add(kind.plural());
    }
    var rules = new ArrayList<RbacRule>();
    grouped.forEach(
        (group, byUse) ->
            byUse.forEach(
                (use, plurals) ->
                    rules.add(new RbacRule(use.why, group, plurals, List.of(), use.verbs))));
    return rules;
  }

  /** How the objects of a kind are used. */
  private enum Use {
    CHILD(
        "Applied, repaired, read again after a refused write, and removed when no longer wanted.",
        List.of("get", "list", "watch", "create", "patch", "delete")),
    DATA(
        "Data. Deleted only for a runner that is gone, and only with `whenScaled: Delete`.",
        List.of("get", "list", "watch", "create", "patch", "delete")),
    STEP(
        "Steps, made once and looked at; old failed attempts are removed.",
        List.of("list", "watch", "create", "delete"));

    private final String why;
    private final List<String> verbs;

    Use(String why, List<String> verbs) {
      this.why = why;
      this.verbs = verbs;
    }

    static Use of(ManagedKind kind) {
      return switch (kind) {
        case PERSISTENT_VOLUME_CLAIM -> DATA;
        case JOB -> STEP;
        case CONFIG_MAP,
            SECRET,
            SERVICE,
            STATEFUL_SET,
            DEPLOYMENT,
            CRON_JOB,
            NETWORK_POLICY,
            POD_DISRUPTION_BUDGET,
            INGRESS ->
            CHILD;
      };
    }
  }

  /** Each generated file with the text it must have. */
  static Map<Path, String> files(Path repository) {
    var folder = repository.resolve("helm/daytona-operator/rbac");
    var files = new LinkedHashMap<Path, String>();
    files.put(folder.resolve("rules.yaml"), text("In each served namespace.", perNamespace()));
    files.put(
        folder.resolve("cluster-facts.yaml"),
        text(
            "In the whole cluster, optional: what may not be read is unknown, which blocks"
                + " nothing.",
            clusterFacts()));
    files.put(
        folder.resolve("leader-election.yaml"),
        text("In the release's namespace, with more than one replica.", leaderElection()));
    return files;
  }

  private static String text(String where, List<RbacRule> rules) {
    return HEADER
        + "# "
        + where
        + "\n"
        + rules.stream().map(RbacRule::yaml).collect(Collectors.joining());
  }

  static void write(Path repository) throws IOException {
    for (var file : files(repository).entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.writeString(file.getKey(), file.getValue());
    }
  }
}
