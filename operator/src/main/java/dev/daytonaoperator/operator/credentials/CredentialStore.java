package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.apply.Observed;
import dev.daytonaoperator.operator.apply.Owner;
import dev.daytonaoperator.operator.state.GuardedWrite;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.operator.state.RecentWrites;
import dev.daytonaoperator.operator.state.RetainedObject;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sure that every credential an installation needs exists, and never makes one twice. */
public final class CredentialStore {

  private static final Logger LOG = LoggerFactory.getLogger(CredentialStore.class);

  /** Passes over Secrets that somebody else changes at the same time, before asking to wait. */
  private static final int ATTEMPTS = 3;

  /** What cannot be opened, or entered, without them once the database is filled. */
  private static final Set<String> OF_THE_DATABASE =
      Stream.of(
              Credential.DATABASE_PASSWORD,
              Credential.ENCRYPTION_KEY,
              Credential.ENCRYPTION_SALT,
              Credential.ADMIN_API_KEY)
          .map(credential -> credential.secret() + "/" + credential.key())
          .collect(Collectors.toUnmodifiableSet());

  private final KubernetesClient client;
  private final Observed observed;
  private final Clock clock;
  private final SecureRandom random;
  private final RecentWrites<Secret> recent;

  public CredentialStore(
      KubernetesClient client, Observed observed, Clock clock, SecureRandom random) {
    this.client = client;
    this.observed = observed;
    this.clock = clock;
    this.random = random;
    this.recent = new RecentWrites<>(clock);
  }

  /** Creates and completes Secrets; writes nothing when they are complete or a problem stands. */
  public CredentialOutcome ensure(
      CredentialNeeds needs, ReferencedSecrets references, InstallationState state) {
    var contended = new ArrayList<ObjectKey>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var pass = pass(needs, references, state, true);
      if (!pass.dying().isEmpty()) {
        return new CredentialOutcome.Waiting(pass.dying());
      }
      if (!pass.problems().isEmpty()) {
        if (attempt == 0 && pass.lost() && reread(pass.drafts())) {
          continue;
        }
        return new CredentialOutcome.Blocked(pass.problems());
      }
      var refused = pass.drafts().stream().filter(draft -> !written(draft)).findFirst();
      if (refused.isEmpty()) {
        return pass.ready();
      }
      contended.add(refused.get().objectKey());
      reread(refused.get());
      reread(pass.drafts());
    }
    return new CredentialOutcome.Waiting(contended.stream().distinct().toList());
  }

  /**
   * What {@link #ensure} would make or use, without writing; empty when a problem stands or Secrets
   * of an earlier resource are on their way out.
   */
  public Optional<Planned> plan(
      CredentialNeeds needs, ReferencedSecrets references, InstallationState state) {
    var pass = pass(needs, references, state, false);
    if (!pass.problems().isEmpty() || !pass.dying().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Planned(
            pass.ready().credentials(), pass.drafts().stream().map(SecretDraft::created).toList()));
  }

  /** Deletes free Secrets that nothing needs any more; call it when nothing reads them either. */
  public Pruned prune(
      CredentialNeeds needs, ReferencedSecrets references, InstallationState state) {
    var needed =
        pass(needs, references, state, false).drafts().stream().map(SecretDraft::name).toList();
    var owner = needs.owner();
    var deleted = new ArrayList<String>();
    var retained = new ArrayList<String>();
    for (var secret : credentialSecrets(owner)) {
      var name = secret.getMetadata().getName();
      if (needed.contains(name)) {
        continue;
      }
      if (!Expendable.test(suffix(owner, name), state)) {
        retained.add(name);
      } else if (deleted(secret)) {
        deleted.add(name);
      }
    }
    return new Pruned(deleted, retained);
  }

  /** The value behind a reference, for the platform client only. */
  public Optional<CredentialValue> read(
      Owner owner, ReferencedSecrets references, CredentialRef reference) {
    var key = new ObjectKey("Secret", owner.namespace(), reference.secretName());
    return find(key)
        .or(() -> references.find(owner.namespace(), reference.secretName()))
        .map(secret -> secret.getData())
        .map(data -> data.get(reference.key()))
        .map(value -> new CredentialValue(SecretDraft.decode(value)));
  }

  /** Drops what is remembered of an installation whose resource is gone. */
  public void forget(Owner owner) {
    recent.forget(owner);
  }

  private CredentialPass pass(
      CredentialNeeds needs,
      ReferencedSecrets references,
      InstallationState state,
      boolean rotate) {
    return new CredentialPass(
        needs,
        references,
        state,
        this::find,
        dataExist(needs.owner(), state),
        rotate,
        clock,
        random);
  }

  /** Recorded as in use, or, should the record be lost too, evident from the database's volume. */
  private Predicate<String> dataExist(Owner owner, InstallationState state) {
    var issued = state.issued();
    var claim =
        observed.labelled(owner.namespace(), owner.name()).stream()
            .filter(PersistentVolumeClaim.class::isInstance)
            .map(HasMetadata::getMetadata)
            .filter(metadata -> metadata.getDeletionTimestamp() == null)
            .anyMatch(
                metadata ->
                    ComponentName.DATABASE.id().equals(metadata.getLabels().get(Labels.COMPONENT)));
    return name ->
        issued.contains(name)
            || RunnerTokens.runnerOf(name).filter(state.runners()::contains).isPresent()
            || (claim && OF_THE_DATABASE.contains(name));
  }

  /** Writes what differs; false when the server has something else than was read. */
  private boolean written(SecretDraft draft) {
    var existing = draft.existing();
    try {
      if (existing.isEmpty()) {
        recent.remember(draft.objectKey(), client.resource(draft.created()).create());
        log("credential Secret created", draft.objectKey());
        return true;
      }
      var change = draft.change(existing.get());
      if (change.isPresent()) {
        recent.remember(draft.objectKey(), patched(existing.get(), change.get()));
        log("credential Secret changed", draft.objectKey());
      }
      return true;
    } catch (KubernetesClientException e) {
      var stale =
          existing.isEmpty()
              ? e.getCode() == HttpURLConnection.HTTP_CONFLICT
              : GuardedWrite.refusedAsStale(e.getCode());
      if (!stale) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Asks the server for what the informers do not show: they may lag behind another instance of the
   * operator. True when there was anything.
   */
  private boolean reread(Collection<SecretDraft> drafts) {
    var found = false;
    for (var draft : drafts) {
      if (draft.existing().isEmpty()) {
        var live = live(draft.objectKey());
        live.ifPresent(secret -> recent.remember(draft.objectKey(), secret));
        found |= live.isPresent();
      }
    }
    return found;
  }

  private void reread(SecretDraft refused) {
    var key = refused.objectKey();
    live(key).ifPresentOrElse(found -> recent.remember(key, found), () -> recent.forget(key));
  }

  private Secret patched(Secret read, GuardedWrite patch) {
    return client.resource(read).patch(PatchContext.of(PatchType.JSON), patch.json());
  }

  private boolean deleted(Secret secret) {
    var key = ObjectKey.of(secret);
    recent.forget(key);
    if (!GuardedWrite.delete(client, secret, "secrets")) {
      return false;
    }
    log("credential Secret deleted", key);
    return true;
  }

  private static void log(String message, ObjectKey secret) {
    LOG.atInfo()
        .addKeyValue("namespace", secret.namespace())
        .addKeyValue("secret", secret.name())
        .log(message);
  }

  private List<Secret> credentialSecrets(Owner owner) {
    return observed.labelled(owner.namespace(), owner.name()).stream()
        .filter(Secret.class::isInstance)
        .map(Secret.class::cast)
        .filter(
            secret ->
                RetainedObject.standing(secret, owner, Labels.ROLE_CREDENTIAL)
                    == RetainedObject.Standing.OURS)
        .filter(secret -> secret.getMetadata().getName().startsWith(owner.name() + "-"))
        .sorted(Comparator.comparing(secret -> secret.getMetadata().getName()))
        .toList();
  }

  private static String suffix(Owner owner, String name) {
    return name.substring(owner.name().length() + 1);
  }

  private Optional<Secret> find(ObjectKey key) {
    return recent.newest(key, observed.find(key).map(Secret.class::cast), this::live);
  }

  private Optional<Secret> live(ObjectKey key) {
    return Optional.ofNullable(
        client.secrets().inNamespace(key.namespace()).withName(key.name()).get());
  }
}
