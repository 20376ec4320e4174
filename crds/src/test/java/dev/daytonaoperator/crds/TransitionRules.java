package dev.daytonaoperator.crds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What must not change, and volumes, which must not shrink. The rules stand on the nearest parent
 * that is always there, since a transition rule on an optional field does not fire when the field
 * is added or removed; an absent field counts with its default.
 */
final class TransitionRules {

  /**
   * One field that must not change.
   *
   * @param parent a schema that is always there
   * @param field the way from it to the field
   * @param whileType the rule holds while the parent's type stays this; empty: always
   * @param why ends the message
   */
  private record Immutable(String parent, String field, String whileType, String why) {}

  /** A volume below a parent that is always there. */
  private record Volume(String parent, String storage, String whileType) {}

  private static final String IN_IMAGE_NAMES = "it is part of stored image names";
  private static final String FIRST_START = "Daytona reads it at its first start only";
  private static final String ENCRYPTED = "what is encrypted in the database would be lost";

  private static final List<Immutable> FIELDS =
      List.of(
          new Immutable("spec.database", "type", "", "the platform's data are in the database"),
          new Immutable("spec.database", "bundled.user", "", "the database is made once"),
          new Immutable("spec.database", "bundled.name", "", "the database is made once"),
          new Immutable("spec.database", "external.name", "", "the platform's data are in it"),
          new Immutable("spec.registry", "type", "", "the host is part of stored image names"),
          new Immutable("spec.registry", "external.url", "", IN_IMAGE_NAMES),
          new Immutable("spec.registry", "external.project", "", IN_IMAGE_NAMES),
          new Immutable("spec.objectStorage", "external.bucket", "External", "contents stay there"),
          new Immutable(
              "spec.objectStorage", "external.region", "External", "buckets are bound to it"),
          new Immutable("spec", "sandboxes.defaultRegion.id", "", FIRST_START),
          new Immutable("spec", "sandboxes.defaultRegion.name", "", FIRST_START),
          new Immutable("spec", "sandboxes.defaultRegion.quotas", "", FIRST_START),
          new Immutable("spec", "security.encryptionSecretRef.name", "", ENCRYPTED),
          new Immutable("spec", "security.encryptionSecretRef.keyKey", "", ENCRYPTED),
          new Immutable("spec", "security.encryptionSecretRef.saltKey", "", ENCRYPTED));

  private static final List<Volume> VOLUMES =
      List.of(
          new Volume("spec.database", "bundled.storage", "Bundled"),
          new Volume("spec.cache", "bundled.storage", "Bundled"),
          new Volume("spec.objectStorage", "bundled.storage", "Bundled"),
          new Volume("spec.registry", "bundled.storage", "Bundled"),
          new Volume("spec.auth", "dex.storage", "Dex"),
          new Volume("spec.runners[]", "storage", ""));

  private TransitionRules() {}

  static void add(Schema root) {
    FIELDS.forEach(field -> unchanged(root, field));
    VOLUMES.forEach(
        volume -> {
          neverSmaller(root, volume);
          unchanged(root, within(volume, "storageClassName", "a claim keeps its class"));
          unchanged(root, within(volume, "existingClaim", "the data stay where they are"));
        });
    countersOnlyRise(root.at("spec"));
  }

  /** An absent counter is 0. What was served is recorded, so a lower one would mean nothing. */
  private static void countersOnlyRise(Schema spec) {
    var counters = "security.rotation";
    rule(
        spec,
        ("!(has(oldSelf.security) && has(oldSelf.%1$s)) || oldSelf.%1$s.all(k, oldSelf.%1$s[k] == 0"
                + " || (has(self.security) && has(self.%1$s) && k in self.%1$s"
                + " && self.%1$s[k] >= oldSelf.%1$s[k]))")
            .formatted(counters),
        "`%s` never decreases: raise a counter to rotate once".formatted(counters));
  }

  private static Immutable within(Volume volume, String field, String why) {
    return new Immutable(volume.parent(), volume.storage() + "." + field, volume.whileType(), why);
  }

  private static void unchanged(Schema root, Immutable immutable) {
    var parent = root.at(immutable.parent());
    rule(
        parent,
        guard(immutable.whileType())
            + "(%s) == (%s)"
                .formatted(
                    value("self", parent, immutable.field()),
                    value("oldSelf", parent, immutable.field())),
        "`%s` must not change, come or go: %s".formatted(immutable.field(), immutable.why()));
  }

  private static void neverSmaller(Schema root, Volume volume) {
    var parent = root.at(volume.parent());
    var size = volume.storage() + ".size";
    rule(
        parent,
        "%squantity(%s).compareTo(quantity(%s)) >= 0"
            .formatted(
                guard(volume.whileType()),
                value("self", parent, size),
                value("oldSelf", parent, size)),
        "`%s` must not shrink; absent, it is %s"
            .formatted(size, DefaultTexts.of(parent.at(size).description()).orElseThrow()));
  }

  private static String guard(String type) {
    return type.isEmpty()
        ? ""
        : "self.type != '%1$s' || oldSelf.type != '%1$s' || ".formatted(type);
  }

  /** The field's value or its default; spelt with has(), whose cost the API server can estimate. */
  private static String value(String self, Schema parent, String field) {
    var target = parent.at(field);
    if (target.node().has("default")) {
      return self + "." + field;
    }
    var present = new ArrayList<String>();
    var place = self;
    var holder = parent;
    for (var name : field.split("\\.")) {
      place = place + "." + name;
      if (!holder.requires(name)) {
        present.add("has(" + place + ")");
      }
      holder = holder.at(name);
    }
    var absent = DefaultTexts.of(target.description()).orElse("");
    return "%s ? %s : '%s'".formatted(String.join(" && ", present), place, absent);
  }

  private static void rule(Schema parent, String rule, String message) {
    ObjectNode added = parent.node().withArray("x-kubernetes-validations").addObject();
    added.put("message", message);
    added.put("rule", rule);
  }
}
