package dev.daytonaoperator.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** How users reach the platform; every public URL is computed from here. */
@ValidationRule(
    value = "self.type == 'Localhost' || has(self.domain)",
    message = "`domain` must be set unless `type` is 'Localhost'",
    fieldPath = ".domain")
@ValidationRule(
    value = "self.type == 'Localhost' || !has(self.ports)",
    message = "`ports` must be absent unless `type` is 'Localhost'",
    fieldPath = ".ports")
@ValidationRule(
    value = "self.type == 'Ingress' || !has(self.ingress)",
    message = "`ingress` must be absent unless `type` is 'Ingress'",
    fieldPath = ".ingress")
@ValidationRule(
    value = "self.type == 'NodePort' || self.ssh.type == 'NodePort' || !has(self.nodePort)",
    message = "`nodePort` must be absent unless `type` or `ssh.type` is 'NodePort'",
    fieldPath = ".nodePort")
@ValidationRule(
    value =
        "self.type == 'LoadBalancer' || self.ssh.type == 'LoadBalancer'"
            + " || !has(self.loadBalancer)",
    message = "`loadBalancer` must be absent unless `type` or `ssh.type` is 'LoadBalancer'",
    fieldPath = ".loadBalancer")
public record Exposure(
    @Default("Localhost")
        @JsonPropertyDescription(
            "How API, proxy and Dex are published. Localhost: through port-forwards. A change"
                + " changes every public URL and restarts API, proxy and Dex."
                + " Default: `Localhost`.")
        Type type,
    @JsonPropertyDescription(
            "Domain of the platform: the dashboard is at <domain>, previews at *.proxy.<domain>."
                + " Must be set unless `type` is Localhost."
                + " A change restarts API, proxy and Dex. Absent: localhost.")
        @Size(min = 1, max = 200)
        @Pattern(Format.DNS_NAME)
        String domain,
    @JsonPropertyDescription("Host names in place of those derived from `domain`.") Hosts hosts,
    @JsonPropertyDescription(
            "Address of the toolbox that SDKs are told, without trailing slash."
                + " A change restarts the API. Absent: derived from `domain` or `ports.proxy`.")
        @Size(min = 8, max = 255)
        @Pattern(Format.ORIGIN)
        String toolboxBaseUrl,
    @JsonPropertyDescription(
            "Ports on localhost in the public URLs, at which port-forwards listen; only with"
                + " `type: Localhost`. They must differ. A change restarts API, proxy and Dex.")
        Ports ports,
    @JsonPropertyDescription(
            "Ports on every node; only with `type: NodePort` or `ssh.type: NodePort`."
                + " They must differ.")
        NodePorts nodePort,
    @JsonPropertyDescription("Settings of the Ingress; only with `type: Ingress`.") Ingress ingress,
    @JsonPropertyDescription(
            "Settings of load-balancer Services; only with `type: LoadBalancer` or"
                + " `ssh.type: LoadBalancer`.")
        LoadBalancer loadBalancer,
    @Default("{}")
        @JsonPropertyDescription("How the SSH gateway is published; SSH passes no Ingress.")
        Ssh ssh,
    @Default("{}") @JsonPropertyDescription("Encryption of the public URLs.") Tls tls) {

  public enum Type {
    Localhost,
    NodePort,
    LoadBalancer,
    Ingress
  }

  /** Host names that replace the derived ones. */
  public record Hosts(
      @JsonPropertyDescription(
              "Host of dashboard and API. A change restarts API, proxy and Dex."
                  + " Absent: `domain` itself.")
          @Size(min = 1, max = 253)
          @Pattern(Format.DNS_NAME)
          String api,
      @JsonPropertyDescription(
              "Host of the proxy; previews are its subdomains. A change restarts API and proxy."
                  + " Absent: proxy.<domain>.")
          @Size(min = 1, max = 253)
          @Pattern(Format.DNS_NAME)
          String proxy,
      @JsonPropertyDescription(
              "Host of Dex. A change restarts API, proxy and Dex. Absent: dex.<domain>.")
          @Size(min = 1, max = 253)
          @Pattern(Format.DNS_NAME)
          String dex,
      @JsonPropertyDescription(
              "Host of the SSH gateway. A change restarts the API. Absent: ssh.<domain>.")
          @Size(min = 1, max = 253)
          @Pattern(Format.DNS_NAME)
          String ssh) {}

  /** Numbers of the public localhost URLs (type Localhost). */
  @ValidationRule(
      value =
          "[["
              + "self.?api.orValue(35000), self.?proxy.orValue(35001), "
              + "self.?runner.orValue(35002), self.?ssh.orValue(35003), "
              + "self.?dex.orValue(35006), self.?database.orValue(35007), "
              + "self.?pgadmin.orValue(35008), self.?registry.orValue(35009), "
              + "self.?registryUi.orValue(35010), self.?objectStorage.orValue(35011), "
              + "self.?objectStorageConsole.orValue(35012), self.?jaeger.orValue(35013), "
              + "self.?maildev.orValue(35014)"
              + "]].all(ports, ports.all(p, ports.exists_one(q, q == p)))",
      message = "`ports` must differ from each other, absent ones counting with their defaults")
  public record Ports(
      @JsonPropertyDescription("Port of the dashboard and the API. Default: `35000`.")
          @Min(1)
          @Max(65535)
          Integer api,
      @JsonPropertyDescription("Port of the proxy. Default: `35001`.") @Min(1) @Max(65535)
          Integer proxy,
      @JsonPropertyDescription("Port of the first runner's API. Default: `35002`.")
          @Min(1)
          @Max(65535)
          Integer runner,
      @JsonPropertyDescription("Port of the SSH gateway. Default: `35003`.") @Min(1) @Max(65535)
          Integer ssh,
      @JsonPropertyDescription("Port of Dex. Default: `35006`.") @Min(1) @Max(65535) Integer dex,
      @JsonPropertyDescription("Port of the database. Default: `35007`.") @Min(1) @Max(65535)
          Integer database,
      @JsonPropertyDescription("Port of pgAdmin. Default: `35008`.") @Min(1) @Max(65535)
          Integer pgadmin,
      @JsonPropertyDescription("Port of the registry. Default: `35009`.") @Min(1) @Max(65535)
          Integer registry,
      @JsonPropertyDescription("Port of the browser of the registry. Default: `35010`.")
          @Min(1)
          @Max(65535)
          Integer registryUi,
      @JsonPropertyDescription("Port of S3. Default: `35011`.") @Min(1) @Max(65535)
          Integer objectStorage,
      @JsonPropertyDescription("Port of MinIO's console. Default: `35012`.") @Min(1) @Max(65535)
          Integer objectStorageConsole,
      @JsonPropertyDescription("Port of Jaeger. Default: `35013`.") @Min(1) @Max(65535)
          Integer jaeger,
      @JsonPropertyDescription("Port of MailDev. Default: `35014`.") @Min(1) @Max(65535)
          Integer maildev) {}

  /** Ports on every node (type NodePort); absent ones are chosen by the cluster. */
  @ValidationRule(
      value =
          "[[?self.?api, ?self.?proxy, ?self.?dex, ?self.?ssh]]"
              + ".all(ports, ports.all(p, ports.exists_one(q, q == p)))",
      message = "`nodePort` must have different ports")
  public record NodePorts(
      @JsonPropertyDescription(
              "Node port of the dashboard and the API. Absent: chosen by the cluster.")
          @Min(30000)
          @Max(32767)
          Integer api,
      @JsonPropertyDescription("Node port of the proxy. Absent: chosen by the cluster.")
          @Min(30000)
          @Max(32767)
          Integer proxy,
      @JsonPropertyDescription("Node port of Dex. Absent: chosen by the cluster.")
          @Min(30000)
          @Max(32767)
          Integer dex,
      @JsonPropertyDescription("Node port of the SSH gateway. Absent: chosen by the cluster.")
          @Min(30000)
          @Max(32767)
          Integer ssh) {}

  public record Ingress(
      @JsonPropertyDescription("IngressClass. Absent: the cluster's default class.")
          @Size(min = 1, max = 253)
          @Pattern(Format.DNS_NAME)
          String className,
      @JsonPropertyDescription("Annotations of the Ingress. Default: `{}`.") @Size(max = 50)
          Map<String, @Size(max = 16384) String> annotations) {}

  @ValidationRule(
      value = "!has(self.sourceRanges) || self.sourceRanges.all(c, isCIDR(c))",
      message = "`sourceRanges` must hold networks in CIDR notation, such as '192.0.2.0/24'",
      fieldPath = ".sourceRanges")
  public record LoadBalancer(
      @JsonPropertyDescription("Annotations of the Services. Default: `{}`.") @Size(max = 50)
          Map<String, @Size(max = 16384) String> annotations,
      @JsonPropertyDescription(
              "Networks that may connect. Default: `[]` (all), where the provider heeds it.")
          @Size(max = 50)
          List<@Size(min = 3, max = 49) @Pattern("^[0-9a-fA-F.:/]+$") String> sourceRanges) {}

  public record Ssh(
      @Default("ClusterIP")
          @JsonPropertyDescription(
              "Type of the SSH gateway's Service. Restarts nothing. Default: `ClusterIP`.")
          SshType type,
      @JsonPropertyDescription(
              "Port that users are told when `exposure.type` is not Localhost."
                  + " A change restarts the API. Default: `2222`.")
          @Min(1)
          @Max(65535)
          Integer port) {

    public enum SshType {
      ClusterIP,
      NodePort,
      LoadBalancer
    }
  }

  @ValidationRule(
      value = "(self.type == 'CertManager') == has(self.certManager)",
      message = "`certManager` must be set exactly when `type` is 'CertManager'",
      fieldPath = ".certManager")
  @ValidationRule(
      value = "(self.type == 'Secret') == has(self.secret)",
      message = "`secret` must be set exactly when `type` is 'Secret'",
      fieldPath = ".secret")
  public record Tls(
      @Default("Disabled")
          @JsonPropertyDescription(
              "Where certificates come from. A change changes every public URL's scheme and"
                  + " restarts API, proxy and Dex. Default: `Disabled`.")
          TlsType type,
      @JsonPropertyDescription("cert-manager; only with `type: CertManager`.")
          CertManager certManager,
      @JsonPropertyDescription(
              "Secret of type kubernetes.io/tls that covers the domain and *.proxy.<domain>; only"
                  + " with `type: Secret`.")
          NameRef secret) {

    public enum TlsType {
      Disabled,
      SelfSigned,
      CertManager,
      Secret
    }

    public record CertManager(
        @Required @JsonPropertyDescription("Issuer of the certificates.") IssuerRef issuerRef) {}

    public record IssuerRef(
        @Required
            @JsonPropertyDescription("Name of the issuer.")
            @Size(min = 1, max = 253)
            @Pattern(Format.DNS_NAME)
            String name,
        @JsonPropertyDescription("Kind of the issuer. Default: `Issuer`.") IssuerKind kind) {}

    public enum IssuerKind {
      Issuer,
      ClusterIssuer
    }
  }
}
