package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** Keys that the platform's data depend on; generated unless referenced. */
public record Security(
    @JsonPropertyDescription(
            "Encryption key and salt of an earlier installation whose database is taken over."
                + " Immutable, also from absent to set and back. Absent: generated.")
        EncryptionRef encryptionSecretRef,
    @JsonPropertyDescription(
            "API key of Daytona's administrator. A change reaches the database by a Job."
                + " Absent: generated.")
        SecretKeyRef adminApiKeySecretRef,
    @JsonPropertyDescription("Key pair of the SSH gateway and its host key.") SshKeys sshKeys,
    @JsonPropertyDescription(
            "Counters; raise one to remake what the operator generated, once. What each restarts:"
                + " docs/operations.md.")
        @Size(max = 13)
        @ValidationRule(
            value =
                "self.all(k, k in ['sshKeys', 'sshHostKey', 'proxyKey', 'sshGatewayKey',"
                    + " 'healthCheckKey', 'adminApiKey', 'database', 'cache', 'registry',"
                    + " 'objectStorage', 'runnerTokens', 'dexUsers', 'ca'])",
            message =
                "`rotation` knows sshKeys, sshHostKey, proxyKey, sshGatewayKey, healthCheckKey,"
                    + " adminApiKey, database, cache, registry, objectStorage, runnerTokens,"
                    + " dexUsers and ca")
        Map<String, @Min(0) @Max(1000000) Integer> rotation) {

  public record EncryptionRef(
      @Required
          @JsonPropertyDescription("Secret of the same namespace.")
          @Size(min = 1, max = 253)
          @Pattern(Format.DNS_NAME)
          String name,
      @Required
          @JsonPropertyDescription("Key of the encryption key.")
          @Size(min = 1, max = 253)
          @Pattern(Format.SECRET_KEY)
          String keyKey,
      @Required
          @JsonPropertyDescription("Key of the salt.")
          @Size(min = 1, max = 253)
          @Pattern(Format.SECRET_KEY)
          String saltKey) {}

  public record SshKeys(
      @JsonPropertyDescription(
              "Kind of the keys that the operator generates; keys that exist stay."
                  + " Default: `Ed25519`.")
          Type type,
      @JsonPropertyDescription(
              "Secret with the keys gatewayPrivateKey, gatewayPublicKey and hostKey: PEM or"
                  + " authorized_keys, or base64 of it. A change restarts SSH gateway and API."
                  + " Absent: generated.")
          NameRef secretRef) {

    public enum Type {
      Ed25519,
      Rsa
    }
  }
}
