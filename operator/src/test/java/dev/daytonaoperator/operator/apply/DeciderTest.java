package dev.daytonaoperator.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.daytonaoperator.operator.apply.Stamp.Stamped;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case that the decision distinguishes, as a table. */
class DeciderTest {

  private static final Owner OWNER = new Owner("v1", "ConfigMap", "ns", "dev", "uid-1", true);
  private static final Stamped WANTED = stamped("v");
  private static final Stamped EARLIER = stamped("earlier");
  private static final long NOW = 1_000_000;

  private static final Decision SKIP = new Decision.Skip();
  private static final Decision ADOPT = new Decision.Adopt();
  private static final Decision CREATE = new Decision.Create();
  private static final Decision AWAIT_ECHO = new Decision.AwaitEcho();
  private static final Decision ASK = new Decision.AskServer();
  private static final Decision AWAIT_END = new Decision.AwaitEnd();
  private static final Decision APPLY = new Decision.Apply(false);
  private static final Decision REPAIR = new Decision.Apply(true);

  private static Stamped stamped(String value) {
    return Stamp.child(OWNER, Wanted.configMap("dev-a", "k", value));
  }

  private static final class Case {
    private final String words;
    private @Nullable ConfigMap live;
    private @Nullable Memo memo;

    Case(String words) {
      this.words = words;
    }

    /** The informers show the object as this intent made it, in this version. */
    Case shows(Stamped intent, int version) {
      live =
          new ConfigMapBuilder((ConfigMap) intent.object())
              .editMetadata()
              .withResourceVersion(String.valueOf(version))
              .withUid("object-uid")
              .endMetadata()
              .build();
      return this;
    }

    Case edited(java.util.function.UnaryOperator<ConfigMapBuilder> edit) {
      live = edit.apply(new ConfigMapBuilder(live)).build();
      return this;
    }

    /** This process wrote the intent {@code age} milliseconds ago, which gave this version. */
    Case wrote(Stamped intent, int version, boolean seen, long age) {
      memo =
          new Memo(
              intent.hash(),
              intent.tree().fingerprint(intent.tree()),
              String.valueOf(version),
              seen,
              NOW - age);
      return this;
    }

    /** The server's answer to a write was another than what was sent, as an admission does. */
    Case wroteButTheServerMade(Stamped intent, Stamped answer, int version) {
      memo =
          new Memo(
              intent.hash(),
              intent.tree().fingerprint(answer.tree()),
              String.valueOf(version),
              true,
              NOW);
      return this;
    }

    Arguments then(Decision decision) {
      return Arguments.of(Named.of(words, this), decision);
    }
  }

  static Stream<Arguments> cases() {
    return Stream.concat(absent(), Stream.concat(present(), dying()));
  }

  private static Stream<Arguments> absent() {
    return Stream.of(
        new Case("absent, never written").then(CREATE),
        new Case("absent, written just now").wrote(WANTED, 5, false, 0).then(AWAIT_ECHO),
        new Case("absent, written 4.9 s ago").wrote(WANTED, 5, false, 4_999).then(AWAIT_ECHO),
        new Case("absent, echo overdue").wrote(WANTED, 5, false, 5_000).then(ASK),
        new Case("absent, another intent written just now").wrote(EARLIER, 5, false, 0).then(ASK),
        new Case("absent, was there").wrote(WANTED, 5, true, 0).then(CREATE),
        new Case("absent, was there long ago").wrote(WANTED, 5, true, 900_000).then(CREATE),
        new Case("absent, was there with another intent").wrote(EARLIER, 5, true, 0).then(CREATE));
  }

  private static Stream<Arguments> present() {
    return Stream.of(
        new Case("as wanted, nothing remembered").shows(WANTED, 5).then(ADOPT),
        new Case("foreign addition, nothing remembered")
            .shows(WANTED, 5)
            .edited(
                c -> c.addToData("theirs", "x").editMetadata().addToLabels("t", "x").endMetadata())
            .then(ADOPT),
        new Case("another intent, nothing remembered").shows(EARLIER, 5).then(APPLY),
        new Case("hash as wanted but drifted, nothing remembered")
            .shows(WANTED, 5)
            .edited(c -> c.addToData("k", "theirs"))
            .then(APPLY),
        new Case("no hash, nothing remembered")
            .shows(WANTED, 5)
            .edited(c -> c.editMetadata().withAnnotations(null).endMetadata())
            .then(APPLY),
        new Case("as wanted and remembered").shows(WANTED, 5).wrote(WANTED, 5, true, 0).then(SKIP),
        new Case("the echo").shows(WANTED, 5).wrote(WANTED, 5, false, 0).then(SKIP),
        new Case("newer, the same to us").shows(WANTED, 9).wrote(WANTED, 5, true, 0).then(SKIP),
        new Case("newer with a foreign addition")
            .shows(WANTED, 9)
            .edited(c -> c.addToData("theirs", "x"))
            .wrote(WANTED, 5, true, 0)
            .then(SKIP),
        new Case("newer and drifted")
            .shows(WANTED, 9)
            .edited(c -> c.addToData("k", "theirs"))
            .wrote(WANTED, 5, true, 0)
            .then(REPAIR),
        new Case("newer and a path is gone")
            .shows(WANTED, 9)
            .edited(c -> c.removeFromData("k"))
            .wrote(WANTED, 5, true, 0)
            .then(REPAIR),
        new Case("newer and without its owner")
            .shows(WANTED, 9)
            .edited(c -> c.editMetadata().withOwnerReferences().endMetadata())
            .wrote(WANTED, 5, true, 0)
            .then(REPAIR),
        new Case("newer, not as the server answered, but as wanted")
            .shows(WANTED, 9)
            .wroteButTheServerMade(WANTED, EARLIER, 5)
            .then(ADOPT),
        new Case("older than our write")
            .shows(EARLIER, 3)
            .wrote(WANTED, 5, false, 0)
            .then(AWAIT_ECHO),
        new Case("older than our write, for 29.9 s")
            .shows(EARLIER, 3)
            .wrote(WANTED, 5, false, 29_999)
            .then(AWAIT_ECHO),
        new Case("older than our write, for 30 s")
            .shows(EARLIER, 3)
            .wrote(WANTED, 5, false, 30_000)
            .then(APPLY),
        new Case("older by one digit")
            .shows(EARLIER, 9)
            .wrote(WANTED, 10, false, 0)
            .then(AWAIT_ECHO),
        new Case("another intent since").shows(EARLIER, 5).wrote(EARLIER, 5, true, 0).then(APPLY),
        new Case("another intent since, its echo outstanding")
            .shows(EARLIER, 3)
            .wrote(EARLIER, 5, false, 0)
            .then(APPLY));
  }

  private static Stream<Arguments> dying() {
    return Stream.of(
        new Case("being deleted").shows(WANTED, 5).edited(DeciderTest::deleted).then(AWAIT_END),
        new Case("being deleted, remembered")
            .shows(WANTED, 5)
            .edited(DeciderTest::deleted)
            .wrote(WANTED, 5, true, 0)
            .then(AWAIT_END),
        new Case("an earlier resource's")
            .shows(WANTED, 5)
            .edited(c -> controller(c, "uid-0", true))
            .then(AWAIT_END),
        new Case("an earlier resource's, with another intent")
            .shows(EARLIER, 5)
            .edited(c -> controller(c, "uid-0", true))
            .then(AWAIT_END),
        new Case("owned by another beside us, but not controlled")
            .shows(WANTED, 5)
            .edited(
                c ->
                    c.editMetadata()
                        .addNewOwnerReference()
                        .withKind("Thing")
                        .withName("t")
                        .withUid("uid-9")
                        .endOwnerReference()
                        .endMetadata())
            .then(ADOPT));
  }

  private static ConfigMapBuilder deleted(ConfigMapBuilder c) {
    return c.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
  }

  private static ConfigMapBuilder controller(ConfigMapBuilder c, String uid, boolean controller) {
    return c.editMetadata()
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withKind("ConfigMap")
                .withName("dev")
                .withUid(uid)
                .withController(controller)
                .build())
        .endMetadata();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void decides(Case given, Decision expected) {
    assertThat(
            Decider.decide(
                OWNER, WANTED, Optional.<HasMetadata>ofNullable(given.live), given.memo, NOW))
        .isEqualTo(expected);
  }
}
