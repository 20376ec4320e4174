package dev.daytonaoperator.api.v1alpha1;

import java.util.List;
import java.util.Map;

/** How users reach the platform; every public URL is computed from here. */
public record Exposure(
    Type type,
    String domain,
    Hosts hosts,
    String toolboxBaseUrl,
    Ports ports,
    NodePorts nodePort,
    Ingress ingress,
    LoadBalancer loadBalancer,
    Ssh ssh,
    Tls tls) {

  public enum Type {
    Localhost,
    NodePort,
    LoadBalancer,
    Ingress
  }

  /** Host names that replace the derived ones. */
  public record Hosts(String api, String proxy, String dex, String ssh) {}

  /** Numbers of the public localhost URLs (type Localhost). */
  public record Ports(
      Integer api,
      Integer proxy,
      Integer runner,
      Integer ssh,
      Integer dex,
      Integer database,
      Integer pgadmin,
      Integer registry,
      Integer registryUi,
      Integer objectStorage,
      Integer objectStorageConsole,
      Integer jaeger,
      Integer maildev) {}

  /** Ports on every node (type NodePort); absent ones are chosen by the cluster. */
  public record NodePorts(Integer api, Integer proxy, Integer dex, Integer ssh) {}

  public record Ingress(String className, Map<String, String> annotations) {}

  public record LoadBalancer(Map<String, String> annotations, List<String> sourceRanges) {}

  public record Ssh(SshType type, Integer port) {

    public enum SshType {
      ClusterIP,
      NodePort,
      LoadBalancer
    }
  }

  public record Tls(TlsType type, CertManager certManager, NameRef secret) {

    public enum TlsType {
      Disabled,
      SelfSigned,
      CertManager,
      Secret
    }

    public record CertManager(IssuerRef issuerRef) {}

    public record IssuerRef(String name, IssuerKind kind) {}

    public enum IssuerKind {
      Issuer,
      ClusterIssuer
    }
  }
}
