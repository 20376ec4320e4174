package dev.daytonaoperator.operator.credentials;

import dev.daytonaoperator.api.v1alpha1.Auth;
import dev.daytonaoperator.api.v1alpha1.Exposure;
import dev.daytonaoperator.api.v1alpha1.Registry;
import dev.daytonaoperator.api.v1alpha1.SshGateway;
import dev.daytonaoperator.operator.apply.ObjectKey;
import dev.daytonaoperator.operator.credentials.CredentialOutcome.Certificates;
import dev.daytonaoperator.operator.state.InstallationState;
import dev.daytonaoperator.services.ComponentName;
import dev.daytonaoperator.services.Credential;
import dev.daytonaoperator.services.CredentialRef;
import dev.daytonaoperator.services.Credentials;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One look at all credentials of an installation: what is there, what has to be made, what is
 * wrong. Writes nothing.
 */
final class CredentialPass {

  private static final List<Credential> BEARERS =
      List.of(
          Credential.ADMIN_API_KEY,
          Credential.PROXY_API_KEY,
          Credential.SSH_GATEWAY_API_KEY,
          Credential.HEALTH_CHECK_API_KEY,
          // No bearer, but others were known to reuse it as one (contract 4.1).
          Credential.ENCRYPTION_KEY);

  private final CredentialNeeds needs;
  private final InstallationState state;
  private final List<Problem> problems = new ArrayList<>();
  private final Drafts drafts;
  private final Holdings holdings;
  private final Rotations rotations;
  private final Map<String, Holdings.Held> runnerTokens = new LinkedHashMap<>();
  private final Map<String, Credentials.DexUser> dexUsers = new LinkedHashMap<>();
  private @Nullable Certificates certificates;

  /**
   * @param rotate whether credentials are made anew that a counter was raised for
   */
  CredentialPass(
      CredentialNeeds needs,
      ReferencedSecrets references,
      InstallationState state,
      Function<ObjectKey, Optional<Secret>> secrets,
      Predicate<String> dataExist,
      boolean rotate,
      Clock clock,
      SecureRandom random) {
    this.needs = needs;
    this.state = state;
    var values = new RandomValues(random);
    var users = new UserSecrets(needs.owner().namespace(), references, problems);
    this.drafts = new Drafts(needs.owner(), secrets, problems);
    this.rotations = new Rotations(counters(needs), state, rotate);
    this.holdings = new Holdings(needs.owner(), drafts, users, problems, dataExist, values);
    collect(users, values, clock, random);
  }

  private static Map<String, Integer> counters(CredentialNeeds needs) {
    var security = needs.spec().security();
    return security == null || security.rotation() == null ? Map.of() : security.rotation();
  }

  List<Problem> problems() {
    return problems;
  }

  /** Whether a bound credential seems to be lost. */
  boolean lost() {
    return problems.stream()
        .anyMatch(problem -> problem.reason() == Problem.Reason.CredentialsLost);
  }

  List<ObjectKey> dying() {
    return drafts.dying();
  }

  Collection<SecretDraft> drafts() {
    return drafts.all();
  }

  CredentialOutcome.Ready ready() {
    var tokens = new LinkedHashMap<String, CredentialRef>();
    runnerTokens.forEach(
        (runner, held) ->
            tokens.put(
                runner,
                new CredentialRef(
                    held.secretName(), held.key(), holdings.digests().of(held.text()))));
    var issued = new TreeSet<>(state.issued());
    issued.addAll(holdings.issued());
    var runners = new TreeSet<>(state.runners());
    runners.addAll(runnerTokens.keySet());
    var next = state.withIssued(issued).withRunners(runners);
    for (var user : dexUsers.entrySet()) {
      next = next.withUserId(user.getKey(), user.getValue().userId());
    }
    var credentials = new Credentials(holdings.references(), tokens, dexUsers);
    return new CredentialOutcome.Ready(
        credentials,
        rotations.served(DatabaseCopies.noted(next, credentials)),
        Optional.ofNullable(certificates));
  }

  private void collect(UserSecrets users, RandomValues values, Clock clock, SecureRandom random) {
    var spec = needs.spec();
    new PlatformCredentials(needs, holdings, rotated(values), users, values).collect();
    var hashes = new PasswordHashes(holdings, drafts, rotations, users, values, random);
    if (spec.registry().type() == Registry.Type.Bundled) {
      hashes.registry();
    }
    if (spec.auth().type() == Auth.Type.Dex) {
      dexUsers.putAll(hashes.dex(spec.auth().dex(), state));
    }
    if (spec.sshGateway().type() == SshGateway.Type.Enabled) {
      new SshCredentials(holdings, drafts, rotations, users, random)
          .collect(spec.security() == null ? null : spec.security().sshKeys());
    }
    runners(values);
    if (spec.exposure().tls() != null
        && spec.exposure().tls().type() == Exposure.Tls.TlsType.SelfSigned) {
      certificates = new SelfSigned(drafts, rotations, clock, random).collect(needs);
    }
    distinct();
  }

  private void runners(RandomValues values) {
    for (var runner : needs.runners()) {
      var path = "spec.runners[name=%s]".formatted(runner.pool());
      var draft = drafts.open(RunnerTokens.suffix(runner.name()), ComponentName.RUNNER.id());
      rotations.token(
          draft,
          values::key,
          () ->
              settled(DatabaseCopies.runner(runner.name()), draft.value(RunnerTokens.key(draft))));
      var key = RunnerTokens.key(draft);
      holdings
          .keep(draft, key, Credential.Kind.BOUND, path, values::key)
          .ifPresent(
              token ->
                  runnerTokens.put(
                      runner.name(),
                      new Holdings.Held(path, draft.name(), key, new CredentialValue(token))));
    }
  }

  private boolean settled(String copy, Optional<String> value) {
    return value
        .filter(text -> DatabaseCopies.settled(state, copy, holdings.digests().of(text)))
        .isPresent();
  }

  private PlatformRotations rotated(RandomValues values) {
    return new PlatformRotations(rotations, drafts, holdings.digests(), state, values);
  }

  /** An equal key takes the first role that the API compares it with (contract 4.1, T5). */
  private void distinct() {
    var all = new ArrayList<Holdings.Held>();
    for (var bearer : BEARERS) {
      holdings.find(bearer).ifPresent(all::add);
    }
    all.addAll(runnerTokens.values());
    var seen = new LinkedHashMap<CredentialValue, Holdings.Held>();
    for (var held : all) {
      var first = seen.putIfAbsent(held.value(), held);
      if (first != null) {
        problems.add(
            new Problem(
                Problem.Reason.CredentialsNotDistinct,
                first.path(),
                "Secret %s, key %s, and Secret %s, key %s, hold the same value; Daytona would give its bearer the wrong role: use different ones"
                    .formatted(first.secretName(), first.key(), held.secretName(), held.key())));
      }
    }
  }
}
