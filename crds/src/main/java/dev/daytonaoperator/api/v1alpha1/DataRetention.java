package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What happens to volumes and bound credentials when the resource goes or a pool shrinks. */
public record DataRetention(
    @JsonPropertyDescription(
            "What happens to volumes and the credentials that belong to them when this resource is"
                + " deleted. A change restarts nothing; `status.dataRetention` says when it is in"
                + " force. Default: `Retain`.")
        Policy whenDeleted,
    @JsonPropertyDescription(
            "What happens to a runner's volume when its pool shrinks or goes."
                + " A change restarts nothing. Default: `Retain`.")
        Policy whenScaled) {

  public enum Policy {
    Retain,
    Delete
  }
}
