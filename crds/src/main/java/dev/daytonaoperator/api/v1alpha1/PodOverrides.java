package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;

/** What may be changed in a component's pods. */
@ValidationRule(
    value =
        "!has(self.labels) || self.labels.all(k, !k.startsWith('app.kubernetes.io/')"
            + " && !k.startsWith('daytona-operator.dev/'))",
    message =
        "`labels` must not begin with 'app.kubernetes.io/' or 'daytona-operator.dev/':"
            + " the operator selects by them",
    fieldPath = ".labels")
public record PodOverrides(
    @JsonPropertyDescription(
            "Requests and limits of the main container, in place of the operator's.")
        ResourceRequirements resources,
    @JsonPropertyDescription("Labels that a node must have.") @Size(max = 50)
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription("Taints that the pods tolerate.") @Size(max = 50)
        List<Toleration> tolerations,
    @JsonPropertyDescription("Where the pods like or must run, in place of the operator's.")
        Affinity affinity,
    @JsonPropertyDescription("How the pods spread over zones and nodes.") @Size(max = 10)
        List<TopologySpreadConstraint> topologySpreadConstraints,
    @JsonPropertyDescription("PriorityClass of the pods.")
        @Size(min = 1, max = 253)
        @Pattern(Format.DNS_NAME)
        String priorityClassName,
    @JsonPropertyDescription(
            "Labels added to the pods; none of app.kubernetes.io/ and daytona-operator.dev/.")
        @Size(max = 50)
        Map<String, @Size(max = 63) String> labels,
    @JsonPropertyDescription("Annotations added to the pods.") @Size(max = 50)
        Map<String, @Size(max = 16384) String> annotations,
    @JsonPropertyDescription(
            "Variables added to the main container; the operator refuses names that it sets"
                + " itself.")
        @Size(max = 100)
        List<EnvVar> extraEnv,
    @JsonPropertyDescription("Volumes added to the pods.") @Size(max = 20)
        List<ExtraVolume> extraVolumes,
    @JsonPropertyDescription("Mounts added to the main container.") @Size(max = 20)
        List<VolumeMount> extraVolumeMounts,
    @JsonPropertyDescription("Members that replace those of the pods' security context.")
        PodSecurityContext securityContext) {}
