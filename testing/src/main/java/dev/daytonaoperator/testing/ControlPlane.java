package dev.daytonaoperator.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * The control plane that all test classes share. Started when first used; it stays up afterwards
 * ({@code bin/test} stops it), so that single tests start in no time.
 */
public final class ControlPlane {

  private static final String CRD_FILE = "crds/daytonainstallations.daytona-operator.dev.yaml";
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(40);
  private static final Duration CRD_LIMIT = Duration.ofSeconds(30);

  private final Path repository;
  private final Path directory;
  private final Path binaries;

  private ControlPlane(Path repository, Path directory, Path binaries) {
    this.repository = repository;
    this.directory = directory;
    this.binaries = binaries;
  }

  private static final class Holder {
    static final ControlPlane SHARED = start();
  }

  /** The shared control plane, running. */
  public static ControlPlane shared() {
    return Holder.SHARED;
  }

  private static ControlPlane start() {
    var repository = repositoryRoot();
    var configured = System.getProperty("daytona.testing.dir");
    var directory =
        configured == null ? repository.resolve(".local/test-control-plane") : Path.of(configured);
    var scripts = repository.resolve("testing/control-plane");
    var commands = new CommandLine(repository, Map.of());
    commands.run(BUILD_LIMIT, scripts.resolve("up.sh").toString(), directory.toString()).orThrow();
    var cache =
        commands
            .run(Duration.ofSeconds(10), scripts.resolve("build.sh").toString(), "--print-dir")
            .orThrow()
            .output()
            .strip();
    return new ControlPlane(repository, directory, Path.of(cache, "bin"));
  }

  private static Path repositoryRoot() {
    for (var dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("testing/control-plane/up.sh"))) {
        return dir;
      }
    }
    throw new IllegalStateException("not inside the repository: " + Path.of("").toAbsolutePath());
  }

  /** The root of the repository that the tests belong to. */
  public Path repository() {
    return repository;
  }

  /** A kubeconfig whose user may do everything. */
  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  public Config config() {
    return Config.fromKubeconfig(kubeconfig().toFile());
  }

  /** A new client whose user may do everything; the caller closes it. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  public AuditLog auditLog() {
    return new AuditLog(directory.resolve("audit.log"), config());
  }

  /** Installs the CRD of this repository and waits until the API server serves it. */
  public void installCrd() {
    kubectl("apply", "--server-side", "--force-conflicts", "-f", CRD_FILE).orThrow();
    // kubectl wait fails on a definition without conditions, which a new one is for a moment.
    Awaitility.await("the CRD is established")
        .atMost(CRD_LIMIT)
        .until(
            () ->
                kubectl("wait", "--for=condition=Established", "--timeout=5s", "-f", CRD_FILE)
                        .exitCode()
                    == 0);
  }

  /** Runs the real kubectl as administrator. */
  public CommandLine.Result kubectl(String... arguments) {
    return tool("kubectl", arguments);
  }

  /** Runs the real helm as administrator. */
  public CommandLine.Result helm(String... arguments) {
    return tool("helm", arguments);
  }

  private CommandLine.Result tool(String name, String... arguments) {
    var command = new ArrayList<String>(List.of(binaries.resolve(name).toString()));
    command.addAll(List.of(arguments));
    return new CommandLine(repository, Map.of("KUBECONFIG", kubeconfig().toString()))
        .run(Duration.ofMinutes(3), command.toArray(String[]::new));
  }
}
