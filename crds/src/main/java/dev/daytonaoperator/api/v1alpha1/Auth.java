package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Who may log in: the bundled Dex or an OpenID Connect provider of the user's. */
@ValidationRule(
    value = "self.type == 'Dex' || !has(self.dex)",
    message = "`dex` must be absent unless `type` is 'Dex'",
    fieldPath = ".dex")
@ValidationRule(
    value = "(self.type == 'External') == has(self.external)",
    message = "`external` must be set exactly when `type` is 'External'",
    fieldPath = ".external")
public record Auth(
    @Default("Dex")
        @JsonPropertyDescription(
            "Identity provider: Dex of the operator's or an OpenID Connect provider of yours."
                + " A change restarts API and proxy; users of the other provider become strangers."
                + " Default: `Dex`.")
        Type type,
    @JsonPropertyDescription("Dex of the operator's; only with `type: Dex`.") Dex dex,
    @JsonPropertyDescription("Provider of yours; only with `type: External`.") External external,
    @JsonPropertyDescription(
            "Whether a user's e-mail address must be verified by the provider before they may"
                + " use Daytona. A change restarts the API. Default: `Skipped`.")
        EmailVerification emailVerification) {

  public enum Type {
    Dex,
    External
  }

  public enum EmailVerification {
    Skipped,
    Required
  }

  @ValidationRule(
      value =
          "!has(self.users) || [self.users.map(u, u.?username.orValue(u.email.split('@')[0]))]"
              + ".all(names, names.all(n, names.exists_one(m, m == n)))",
      message = "`users` must have different usernames (the part before the @ where none is given)",
      fieldPath = ".users")
  public record Dex(
      @JsonPropertyDescription(
              "Users who log in with a password. A change restarts Dex."
                  + " Default: `[{email: dev@daytona.io, username: dev, role: Admin}]`.")
          @Size(min = 1, max = 50)
          List<User> users,
      @JsonPropertyDescription("Volume of Dex. Default: `{size: 1Gi}`.") Storage storage) {}

  public record User(
      @Required
          @JsonPropertyDescription("E-mail address, with which the user logs in.")
          @Size(min = 3, max = 254)
          @Pattern(Format.EMAIL)
          String email,
      @JsonPropertyDescription("Name that is shown. Absent: the address' part before the @.")
          @Size(min = 1, max = 64)
          @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
          String username,
      @JsonPropertyDescription("Admin: may also use Daytona's administration. Default: `User`.")
          Role role,
      @JsonPropertyDescription("Password. A change restarts Dex. Absent: generated.")
          SecretKeyRef passwordSecretRef) {

    public enum Role {
      User,
      Admin
    }
  }

  public record External(
      @Required
          @JsonPropertyDescription(
              "Issuer as pods reach it, without trailing slash. A change restarts API and proxy.")
          @Size(min = 8, max = 255)
          @Pattern(Format.URL)
          String issuerUrl,
      @JsonPropertyDescription(
              "Issuer as browsers reach it and tokens carry it, without trailing slash."
                  + " A change restarts API and proxy. Absent: the same as `issuerUrl`.")
          @Size(min = 8, max = 255)
          @Pattern(Format.URL)
          String publicIssuerUrl,
      @JsonPropertyDescription(
              "Client that Daytona is registered as. A change restarts API and proxy."
                  + " Default: `daytona`.")
          @Size(min = 1, max = 255)
          @Pattern("^[!-~]+$")
          String clientId,
      @JsonPropertyDescription(
              "Audience that tokens must carry. A change restarts API and proxy."
                  + " Absent: the same as `clientId`.")
          @Size(min = 1, max = 255)
          @Pattern("^[!-~]+$")
          String audience,
      @JsonPropertyDescription(
              "Secret of the client; used by the proxy only. A change restarts the proxy."
                  + " Absent: a public client.")
          SecretKeyRef clientSecretRef) {}
}
