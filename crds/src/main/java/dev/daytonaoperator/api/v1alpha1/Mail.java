package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Where the API sends mail. */
@ValidationRule(
    value = "(self.type == 'Smtp') == has(self.smtp)",
    message = "`smtp` must be set exactly when `type` is 'Smtp'",
    fieldPath = ".smtp")
public record Mail(
    @Default("MailDev")
        @JsonPropertyDescription(
            "Where mail goes: MailDev, which only shows it, a relay of yours, or nowhere."
                + " A change restarts the API. Default: `MailDev`.")
        Type type,
    @JsonPropertyDescription("The relay; only with `type: Smtp`.") Smtp smtp) {

  public enum Type {
    MailDev,
    Smtp,
    Disabled
  }

  @ValidationRule(
      value = "has(self.user) == has(self.passwordSecretRef)",
      message = "`user` and `passwordSecretRef` must be set together or not at all")
  public record Smtp(
      @Required
          @JsonPropertyDescription("Host of the relay. A change restarts the API.")
          @Size(min = 1, max = 253)
          @Pattern(Format.HOST)
          String host,
      @JsonPropertyDescription("Port of the relay. A change restarts the API. Default: `587`.")
          @Min(1)
          @Max(65535)
          Integer port,
      @JsonPropertyDescription(
              "StartTls: plain, then upgraded; Tls: encrypted from the first byte."
                  + " A change restarts the API. Default: `StartTls`.")
          Security security,
      @JsonPropertyDescription(
              "User at the relay. A change restarts the API. Absent: no authentication.")
          @Size(min = 1, max = 254)
          @Pattern("^[^\\s]+$")
          String user,
      @JsonPropertyDescription(
              "Password at the relay; together with `user`. A change restarts the API."
                  + " Absent: no authentication.")
          SecretKeyRef passwordSecretRef,
      @Required
          @JsonPropertyDescription("Sender address. A change restarts the API.")
          @Size(min = 3, max = 254)
          @Pattern(Format.EMAIL)
          String from) {

    public enum Security {
      StartTls,
      Tls
    }
  }
}
