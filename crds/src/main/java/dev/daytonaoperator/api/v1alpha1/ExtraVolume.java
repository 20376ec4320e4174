package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSource;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;

/**
 * A volume that a pod may get in addition: of a kind that stays within the namespace, so nothing of
 * the node.
 */
@ValidationRule(
    value =
        "[has(self.configMap), has(self.secret), has(self.emptyDir),"
            + " has(self.persistentVolumeClaim)].exists_one(set, set)",
    message =
        "exactly one of `configMap`, `secret`, `emptyDir`, `persistentVolumeClaim` must be set")
public record ExtraVolume(
    @Required
        @JsonPropertyDescription("Name of the volume, unique in the pod.")
        @Size(min = 1, max = 63)
        @Pattern(Format.DNS_LABEL)
        String name,
    @JsonPropertyDescription("Files from a ConfigMap of the namespace, as in a pod.")
        ConfigMapVolumeSource configMap,
    @JsonPropertyDescription("Files from a Secret of the namespace, as in a pod.")
        SecretVolumeSource secret,
    @JsonPropertyDescription("An empty directory that lives as long as the pod, as in a pod.")
        EmptyDirVolumeSource emptyDir,
    @JsonPropertyDescription("A PersistentVolumeClaim of the namespace, as in a pod.")
        PersistentVolumeClaimVolumeSource persistentVolumeClaim) {}
