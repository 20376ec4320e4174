package dev.daytonaoperator.operator.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InstallationStateTest {

  @Test
  void everything_is_readable_text() {
    var state =
        InstallationState.EMPTY
            .withVersion("v0.189.0")
            .withStepDone("migrate-init", "v0.189.0")
            .withUserId("dev", "0b6e")
            .withRunners(Set.of("gpu-0", "default-0"))
            .withIssued(Set.of("encryption/key", "admin/apiKey"))
            .withDatabaseClaim("daytona-database", "c1")
            .withSeeded();

    assertThat(state.entries())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "version", "v0.189.0",
                "step.migrate-init.v0.189.0", "Succeeded",
                "user.dev.id", "0b6e",
                "runners", "default-0,gpu-0",
                "credentials.issued", "admin/apiKey,encryption/key",
                "database.claim", "daytona-database",
                "database.claimUid", "c1",
                "seeded", "true"));
  }

  @Test
  void what_was_written_is_read_back() {
    var state =
        InstallationState.EMPTY
            .withVersion("v0.189.0")
            .withRunners(Set.of("default-0"))
            .withUserId("dev", "0b6e")
            .withStepDone("bucket", "abc");

    var read = InstallationState.of(state.entries());

    assertThat(read).isEqualTo(state);
    assertThat(read.version()).contains("v0.189.0");
    assertThat(read.runners()).containsExactly("default-0");
    assertThat(read.userId("dev")).contains("0b6e");
    assertThat(read.stepDone("bucket", "abc")).isTrue();
    assertThat(read.stepDone("bucket", "abd")).isFalse();
    assertThat(read.seeded()).isFalse();
  }

  @Test
  void a_step_is_recorded_once() {
    var once = InstallationState.EMPTY.withStepDone("migrate-init", "v1");

    assertThat(once.withStepDone("migrate-init", "v1")).isSameAs(once);
  }

  @Test
  void entries_of_a_newer_operator_are_kept() {
    var newer = InstallationState.of(Map.of("rotation.database", "3", "version", "v0.189.0"));

    assertThat(newer.withSeeded().withRunners(Set.of()).entries())
        .containsEntry("rotation.database", "3");
  }

  @Test
  void an_empty_list_leaves_no_entry() {
    assertThat(InstallationState.EMPTY.withRunners(Set.of("a-0")).withRunners(Set.of()))
        .isEqualTo(InstallationState.EMPTY);
  }
}
