package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A volume: requested (size and class) or existing. */
@ValidationRule(
    value = "!has(self.existingClaim) || !(has(self.size) || has(self.storageClassName))",
    message = "`existingClaim` must stand alone: its size and class are the claim's",
    fieldPath = ".existingClaim")
public record Storage(
    @JsonPropertyDescription(
            "Requested size, a quantity. May grow where the class allows it, never"
                + " shrink. Restarts nothing.")
        @Size(min = 1, max = 20)
        @Pattern(Format.SIZE)
        String size,
    @JsonPropertyDescription("Storage class. Immutable. Absent: the cluster's default class.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String storageClassName,
    @JsonPropertyDescription(
            "PersistentVolumeClaim of yours, never deleted. Immutable." + " Absent: one is made.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String existingClaim) {}
