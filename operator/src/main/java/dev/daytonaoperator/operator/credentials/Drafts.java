package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.state.RetainedObject;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The Secrets of one installation that are being drafted, in the order they will be written. */
final class Drafts {

  static final String OPAQUE = "Opaque";
  static final String TLS = "kubernetes.io/tls";

  private final Owner owner;
  private final Function<ObjectKey, Optional<Secret>> secrets;
  private final Map<String, SecretDraft> byName = new LinkedHashMap<>();
  private final List<ObjectKey> dying = new ArrayList<>();
  private final List<Problem> problems;

  Drafts(Owner owner, Function<ObjectKey, Optional<Secret>> secrets, List<Problem> problems) {
    this.owner = owner;
    this.secrets = secrets;
    this.problems = problems;
  }

  SecretDraft open(String suffix, String component) {
    return open(suffix, component, OPAQUE);
  }

  /** The draft of {@code <installation>-<suffix>}; the same one each time. */
  SecretDraft open(String suffix, String component, String type) {
    var name = owner.name() + "-" + suffix;
    var draft = byName.get(name);
    if (draft == null) {
      draft = new SecretDraft(owner, name, component, type, usable(name));
      byName.put(name, draft);
    }
    return draft;
  }

  Collection<SecretDraft> all() {
    return byName.values();
  }

  List<ObjectKey> dying() {
    return dying;
  }

  private Optional<Secret> usable(String name) {
    var key = new ObjectKey("Secret", owner.namespace(), name);
    return secrets
        .apply(key)
        .filter(
            secret ->
                switch (RetainedObject.standing(secret, owner, Labels.ROLE_CREDENTIAL)) {
                  case OURS -> true;
                  case DYING -> {
                    dying.add(key);
                    yield false;
                  }
                  case FOREIGN -> {
                    problems.add(foreign(name));
                    yield false;
                  }
                });
  }

  private Problem foreign(String name) {
    return new Problem(
        Problem.Reason.NameConflict,
        "metadata.name",
        "Secret %s exists and is not this installation's: remove or rename it, or, if it is, label it %s"
            .formatted(name, labels(owner)));
  }

  /** The labels by which a Secret that was restored by hand is taken for the installation's. */
  static String labels(Owner owner) {
    return "%s=%s,%s=%s,%s=%s"
        .formatted(
            Labels.INSTALLATION,
            owner.name(),
            Labels.ROLE,
            Labels.ROLE_CREDENTIAL,
            Labels.MANAGED_BY,
            Labels.OPERATOR);
  }
}
