package dev.daytonaoperator.operator.platform;

import dev.daytonaoperator.api.v1alpha1.Sandboxes;
import dev.daytonaoperator.operator.platform.DaytonaClient.NoAnswerException;
import dev.daytonaoperator.operator.platform.Reply.Refused;
import dev.daytonaoperator.operator.platform.Reply.Success;
import dev.daytonaoperator.operator.status.PlatformHealth.Answer;
import dev.daytonaoperator.operator.status.PlatformHealth.Verdict;
import dev.daytonaoperator.services.Inputs;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the administrator's organisation the quotas of the spec: Daytona reads them from its
 * environment once, when the database is made (contract 3.2).
 *
 * <p>The totals of a region that enforces them are compared with what the API has. The limits
 * cannot be read with the administrator's key: they are set when they are not known to have been
 * served.
 */
public final class AdminQuotas {

  private static final Logger LOG = LoggerFactory.getLogger(AdminQuotas.class);

  private final InstantSource clock;
  private Backoff backoff = new Backoff();
  private String organisation = "";
  private Optional<OrganisationQuota> served;
  private Optional<OrganisationQuota> totalsSeen = Optional.empty();
  private Optional<Answer> told = Optional.empty();

  /**
   * What is to be there.
   *
   * @param snapshot name of the default snapshot: it tells which organisation is the
   *     administrator's
   * @param enforced whether the region keeps totals
   */
  public record Wish(String snapshot, String region, boolean enforced, OrganisationQuota quota) {

    public static Wish of(Inputs inputs) {
      var sandboxes = inputs.spec().sandboxes();
      return new Wish(
          sandboxes.defaultSnapshot(),
          sandboxes.defaultRegion().id(),
          sandboxes.defaultRegion().quotas() == Sandboxes.Region.Enforcement.Enforced,
          OrganisationQuota.of(sandboxes.adminQuotas()));
    }
  }

  /**
   * For one platform.
   *
   * @param served what an earlier process is known to have set; empty: not known
   */
  public AdminQuotas(InstantSource clock, Optional<OrganisationQuota> served) {
    this.clock = clock;
    this.served = served;
  }

  /** The quotas that hold in Daytona as far as is known. */
  public Optional<OrganisationQuota> served() {
    return served;
  }

  /**
   * Does the next thing, at most two calls; none when the quotas hold.
   *
   * @param acting false to do nothing
   * @return what hinders; empty when nothing does, which is not yet that all is done
   * @throws NoAnswerException when it could not be done or, perhaps, was
   */
  public Optional<Answer> step(DaytonaAdmin admin, Wish wish, boolean acting)
      throws NoAnswerException {
    boolean totalsHold = !wish.enforced() || totalsSeen.equals(Optional.of(wish.quota()));
    boolean limitsHold = served.equals(Optional.of(wish.quota()));
    if (totalsHold && limitsHold) {
      return Optional.empty();
    }
    if (acting && backoff.due(clock.instant())) {
      if (organisation.isEmpty()) {
        told = find(admin, wish.snapshot());
      } else {
        told = totalsHold ? limits(admin, wish.quota()) : totals(admin, wish);
      }
    }
    return told;
  }

  /**
   * No call tells the administrator's organisation. The default snapshot is its own in all usual
   * cases; the refusal to activate one that is not inactive tells (400), where another's is not
   * found (404).
   */
  private Optional<Answer> find(DaytonaAdmin admin, String snapshot) throws NoAnswerException {
    switch (admin.snapshots(snapshot)) {
      case Refused<List<SnapshotRow>> refused -> {
        return hindered("quotas of the administrator: " + refused.message());
      }
      case Success<List<SnapshotRow>>(var rows) -> {
        var own = rows.stream().filter(s -> !s.general()).findFirst();
        var probed = rows.stream().filter(s -> !s.state().equals("inactive")).findFirst();
        if (own.isPresent()) {
          organisation = own.get().organisation();
        } else if (probed.isPresent()
            && admin.activate(probed.get().id()) instanceof Refused<SnapshotRow> no
            && no.status() == 400) {
          organisation = probed.get().organisation();
        }
      }
    }
    if (organisation.isEmpty()) {
      // Nothing can be done yet, and nothing is wrong that is not told of the snapshot.
      backoff.failed(clock.instant());
    } else {
      backoff = new Backoff();
    }
    return Optional.empty();
  }

  private Optional<Answer> totals(DaytonaAdmin admin, Wish wish) throws NoAnswerException {
    switch (admin.regionQuota(organisation, wish.region())) {
      case Refused<Optional<RegionQuota>> refused -> {
        return hindered("quotas of the administrator: " + refused.message());
      }
      case Success<Optional<RegionQuota>>(var found) -> {
        if (found.isPresent() && !found.get().equals(wish.quota().inRegion())) {
          var refused = admin.setRegionQuota(organisation, wish.region(), wish.quota());
          if (refused.isPresent()) {
            return hindered("quotas of the administrator: " + refused.get().message());
          }
          LOG.atInfo().addKeyValue("region", wish.region()).log("totals of the administrator set");
        }
      }
    }
    totalsSeen = Optional.of(wish.quota());
    return Optional.empty();
  }

  private Optional<Answer> limits(DaytonaAdmin admin, OrganisationQuota quota)
      throws NoAnswerException {
    var refused = admin.setOrganisationQuota(organisation, quota);
    if (refused.isPresent()) {
      return hindered("quotas of the administrator: " + refused.get().message());
    }
    backoff = new Backoff();
    served = Optional.of(quota);
    LOG.atInfo().log("limits of the administrator set");
    return Optional.empty();
  }

  private Optional<Answer> hindered(String message) {
    backoff.failed(clock.instant());
    return Optional.of(new Answer(Verdict.BAD, message));
  }
}
