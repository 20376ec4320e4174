package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** An image in place of the catalogue's; absent members keep the catalogue's value. */
@ValidationRule(
    value = "!has(self.tag) || self.tag != 'latest'",
    message = "`tag` must name a version, not 'latest', which changes without notice",
    fieldPath = ".tag")
public record ImageOverride(
    @JsonPropertyDescription(
            "Image without tag and digest."
                + " Absent: the repository of the operator's catalogue.")
        @Size(min = 1, max = 255)
        @Pattern(Format.REPOSITORY)
        String repository,
    @JsonPropertyDescription(
            "Tag of the image; never 'latest'. Absent: the tag that belongs to `version`.")
        @Size(min = 1, max = 128)
        @Pattern(Format.TAG)
        String tag,
    @JsonPropertyDescription(
            "Digest of the image; wins over the tag." + " Absent: the catalogue's, if any.")
        @Size(min = 71, max = 71)
        @Pattern(Format.DIGEST)
        String digest) {}
