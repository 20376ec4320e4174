package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The start script of the runners. Its programs are played by little scripts that note how they
 * were called: the real ones need a privileged pod.
 */
class RunnerStartScriptTest {

  @TempDir Path directory;

  @Test
  void theConfigMapHoldsTheScriptAsItIs() throws IOException {
    var script =
        Rendered.of(new RunnerComponent(), PlatformInputs.of("{}"))
            .only(ConfigMap.class)
            .getData()
            .get("start.sh");
    try (var golden = getClass().getResourceAsStream("files/runner-start.sh")) {
      assertThat(golden).isNotNull();
      assertThat(script)
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("#!/bin/sh\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "dash"})
  void everyShellReadsIt(String shell) throws Exception {
    assumeThat(Files.isExecutable(Path.of("/bin", shell))).isTrue();
    var file = Files.writeString(directory.resolve("start.sh"), ConfigMaps.file("runner-start.sh"));

    assertThat(run(List.of(shell, "-n", file.toString()), Map.of()).status()).isZero();
  }

  @Test
  void dockerdThenTheNetworkThenTheRunner() throws Exception {
    var calls = start(Map.of("INTER_SANDBOX_NETWORK_ENABLED", "false", "SANDBOX_MTU", "1380"));

    assertThat(calls.status()).as(calls.output()).isZero();
    var noted = calls.calls();
    assertThat(noted).first().asString().startsWith("dockerd --host=unix:///var/run/docker.sock ");
    assertThat(noted).first().asString().contains("--mtu=1380").doesNotContain("tcp://");
    assertThat(noted)
        .contains(
            "docker network create --driver bridge --subnet 10.5.0.0/16"
                + " --opt com.docker.network.bridge.enable_icc=false"
                + " --opt com.docker.network.driver.mtu=1380 runner-bridge");
    assertThat(noted).last().isEqualTo("daytona-runner");
  }

  @Test
  void theTracesEndpointIsNotDockerds() throws Exception {
    var calls = start(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"));

    assertThat(calls.status()).as(calls.output()).isZero();
    assertThat(calls.calls()).first().asString().startsWith("dockerd ").doesNotContain("collector");
  }

  @Test
  void sandboxesThatMaySeeEachOtherNeedNoNetworkOfTheirOwn() throws Exception {
    var calls = start(Map.of("INTER_SANDBOX_NETWORK_ENABLED", "true"));

    assertThat(calls.status()).as(calls.output()).isZero();
    assertThat(calls.calls()).noneMatch(call -> call.contains("network create"));
  }

  @Test
  void onCgroupV2SandboxesStayBelowThePod() throws Exception {
    var pod = Files.createDirectories(directory.resolve("cgroup/kubepods/pod1"));
    Files.writeString(directory.resolve("self"), "0::/kubepods/pod1\n");
    Files.writeString(directory.resolve("cgroup/cgroup.controllers"), "cpu memory\n");
    Files.writeString(pod.resolve("cgroup.controllers"), "cpu memory\n");
    Files.writeString(pod.resolve("cgroup.procs"), "4242\n");
    Files.writeString(pod.resolve("memory.oom.group"), "1\n");

    var calls = start(Map.of());

    assertThat(calls.status()).as(calls.output()).isZero();
    assertThat(calls.calls())
        .first()
        .asString()
        .endsWith("--cgroup-parent=/kubepods/pod1/sandboxes");
    assertThat(pod.resolve("leaf/cgroup.procs")).hasContent("4242");
    assertThat(pod.resolve("cgroup.subtree_control")).hasContent("+memory");
    assertThat(pod.resolve("memory.oom.group")).hasContent("0");
  }

  @Test
  void onCgroupV1ThereIsNothingToDo() throws Exception {
    assertThat(start(Map.of()).calls()).first().asString().doesNotContain("--cgroup-parent");
  }

  @Test
  void aDockerdThatEndsEndsThePod() throws Exception {
    play("dockerd", "exit 1");

    var calls = start(Map.of());

    assertThat(calls.status()).isNotZero();
    assertThat(calls.output()).contains("dockerd ended");
    assertThat(calls.calls()).doesNotContain("daytona-runner");
  }

  @Test
  void brokenIptablesAreNamed() throws Exception {
    play("iptables", "exit 1");

    assertThat(start(Map.of()).output()).contains("iptables does not work");
  }

  @Test
  void aGpuPoolWithTheStockImageSaysWhatIsMissing() throws Exception {
    var calls = start(Map.of("GPU_ENABLED", "true"));

    assertThat(calls.status()).isNotZero();
    assertThat(calls.output()).contains("set runners[].image");
  }

  private record Outcome(int status, String output, List<String> calls) {}

  private Outcome start(Map<String, String> environment) throws Exception {
    var log = directory.resolve("calls");
    Files.writeString(log, "");
    playUnlessPlayed(
        "dockerd",
        "echo dockerd \"$@\" ${OTEL_EXPORTER_OTLP_ENDPOINT-} >> $CALLS; touch $CALLS.up;"
            + " exec tail -f /dev/null");
    playUnlessPlayed(
        "docker",
        """
        [ -f $CALLS.up ] || exit 1
        case "$*" in
          "network inspect"*) exit 1 ;;
          *Driver*) echo overlay2 ;;
          *CgroupVersion*) echo 1 ;;
        esac
        echo docker "$@" >> $CALLS
        """);
    playUnlessPlayed("iptables", "exit 0");
    playUnlessPlayed("daytona-runner", "echo daytona-runner >> $CALLS; kill $(cat $PIDFILE)");
    // What a machine that is no runner must not have done to it.
    for (var harmless : List.of("mount", "mountpoint", "find")) {
      playUnlessPlayed(harmless, "exit 0");
    }
    var script =
        ConfigMaps.file("runner-start.sh")
            .replace("/var/lib/docker", directory.resolve("data").toString())
            .replace("/sys/fs/cgroup", directory.resolve("cgroup").toString())
            .replace("/proc/self/cgroup", directory.resolve("self").toString())
            .replace("/etc/iptables", directory.resolve("iptables.d").toString())
            .replace("dockerd=$!", "dockerd=$!; echo $! > $PIDFILE");
    Files.createDirectories(directory.resolve("data"));
    var file = Files.writeString(directory.resolve("start.sh"), script);
    var variables = new java.util.HashMap<>(environment);
    variables.put("CALLS", log.toString());
    variables.put("PIDFILE", directory.resolve("pid").toString());
    variables.put("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
    variables.put("SANDBOX_SUBNET", "10.5.0.0/16");
    variables.put("LOG_FILE_PATH", directory.resolve("data/runner/runner.log").toString());
    var ended = run(List.of("sh", file.toString()), variables);
    return new Outcome(ended.status(), ended.output(), Files.readAllLines(log));
  }

  private void play(String program, String body) throws IOException {
    var bin = Files.createDirectories(directory.resolve("bin"));
    var file = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void playUnlessPlayed(String program, String body) throws IOException {
    if (!Files.exists(directory.resolve("bin").resolve(program))) {
      play(program, body);
    }
  }

  private record Ended(int status, String output) {}

  private Ended run(List<String> command, Map<String, String> environment) throws Exception {
    // To a file: a pipe would stay open as long as anything that the script started.
    var output = directory.resolve("output").toFile();
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().putAll(environment);
    var status = builder.start().waitFor();
    return new Ended(status, Files.readString(output.toPath()));
  }
}
