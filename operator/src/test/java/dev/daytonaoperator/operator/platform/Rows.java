package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.operator.credentials.CredentialValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A fleet as Daytona tells of it, built row by row. */
public final class Rows {

  private final Instant asOf;
  private static final Cliff CLIFF = new Cliff(75, 75);

  private final FleetMemory memory = new FleetMemory();
  private final List<RunnerView> views = new ArrayList<>();

  public Rows(Instant asOf) {
    this.asOf = asOf;
  }

  /** One healthy row; change it with the methods below before the next. */
  public Rows ready(String name) {
    return add(row(name, "ready", false, 80, 20, 20, 0), 0);
  }

  public Rows ready(String name, int sandboxes) {
    return add(row(name, "ready", false, 80, 20, 20, sandboxes), sandboxes);
  }

  /** One that takes no new sandboxes, since long ago. */
  public Rows held(String name, int running) {
    var row = row(name, "ready", true, 80, 20, 20, running);
    var unused = memory.look(row, true, CLIFF, asOf.minusSeconds(600));
    return add(row, running);
  }

  /** One that has just been told to take no new sandboxes. */
  public Rows justHeld(String name) {
    return add(row(name, "ready", true, 80, 20, 20, 0), 0);
  }

  public Rows in(String state, String name) {
    return add(row(name, state, false, 0, 20, 20, 0), 0);
  }

  public Rows using(String name, double score, double disk, double memoryPercent) {
    return add(row(name, "ready", false, score, disk, memoryPercent, 0), 0);
  }

  /** One whose sandboxes have not been counted. */
  public Rows uncounted(String name) {
    views.add(memory.look(row(name, "ready", false, 80, 20, 20, 0), true, CLIFF, asOf));
    return this;
  }

  public Rows withForeignToken(String name) {
    views.add(memory.look(row(name, "ready", false, 80, 20, 20, 0), false, CLIFF, asOf));
    return this;
  }

  public FleetView view() {
    return FleetView.of(asOf, views);
  }

  private Rows add(RunnerRow row, int sandboxes) {
    memory.counted(row.name(), OptionalInt.of(sandboxes), asOf);
    views.add(memory.look(row, true, CLIFF, asOf));
    return this;
  }

  RunnerRow row(
      String name,
      String state,
      boolean unschedulable,
      double score,
      double disk,
      double memoryPercent,
      int started) {
    return new RunnerRow(
        "id-" + name,
        name,
        "us",
        state,
        unschedulable,
        "v0.189.0",
        score,
        5,
        memoryPercent,
        disk,
        started,
        0,
        0,
        0,
        0,
        Optional.of(asOf),
        Optional.of(asOf),
        new CredentialValue("token-" + name));
  }
}
