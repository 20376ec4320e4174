package dev.daytonaoperator.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs the command of a Job's container as a kubelet would, against a server of this machine. */
final class JobRun {

  private JobRun() {}

  /**
   * Variables and files from Secrets, then the command.
   *
   * @param secrets values by {@code <Secret>/<key>}
   * @param directory where the files are put, in place of the volume's path
   */
  static PostgresServer.Ended run(
      Job job, Map<String, String> secrets, Path directory, PostgresServer server)
      throws Exception {
    var pod = job.getSpec().getTemplate().getSpec();
    var container = pod.getContainers().getFirst();
    assertThat(container.getArgs()).isEmpty();
    var environment = new HashMap<String, String>();
    for (var variable : container.getEnv()) {
      var from = variable.getValueFrom();
      environment.put(
          variable.getName(),
          from == null
              ? variable.getValue()
              : value(secrets, from.getSecretKeyRef().getName(), from.getSecretKeyRef().getKey()));
    }
    var files = Files.createDirectories(directory.resolve("credentials"));
    for (var volume : pod.getVolumes()) {
      if (volume.getProjected() != null) {
        for (var source : volume.getProjected().getSources()) {
          for (var item : source.getSecret().getItems()) {
            Files.writeString(
                files.resolve(item.getPath()),
                value(secrets, source.getSecret().getName(), item.getKey()));
          }
        }
      }
    }
    environment.put("CREDENTIALS", files.toString());
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", Integer.toString(server.port()));
    return server.client(container.getCommand(), environment);
  }

  private static String value(Map<String, String> secrets, String secret, String key) {
    var name = secret + "/" + key;
    assertThat(secrets).containsKey(name);
    return secrets.getOrDefault(name, "");
  }
}
