package dev.daytonaoperator.operator.app;

import dev.daytonaoperator.api.v1alpha1.DaytonaInstallationSpec;
import dev.daytonaoperator.operator.credentials.AssumedSecrets;
import dev.daytonaoperator.operator.reconcile.FreshInstall;
import dev.daytonaoperator.services.ClusterFacts;
import dev.daytonaoperator.services.Defaults;
import dev.daytonaoperator.services.IncompleteSpecException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands that need no cluster: what they print is for people and for their tools. */
final class Commands {

  static final int DONE = 0;
  static final int WRONG_INPUT = 2;
  private static final String WITH_SECRETS = "--with-secrets";

  private final Map<String, String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  Commands(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Runs a command and answers the exit code. */
  int run(List<String> arguments) {
    var command = arguments.isEmpty() ? "" : arguments.getFirst();
    var rest = new ArrayList<>(arguments.subList(Math.min(1, arguments.size()), arguments.size()));
    return switch (command) {
      case "render" -> {
        boolean withSecrets = rest.remove(WITH_SECRETS);
        yield rest.size() == 1 ? render(rest.getFirst(), withSecrets) : usage();
      }
      case "images" -> rest.size() == 1 ? images(rest.getFirst()) : usage();
      case "version" -> rest.isEmpty() ? version() : usage();
      case "help", "--help", "-h" -> {
        out.print(Usage.TEXT);
        yield DONE;
      }
      default -> usage();
    };
  }

  private int usage() {
    err.print(Usage.TEXT);
    return WRONG_INPUT;
  }

  private int version() {
    out.println(BuildVersion.current());
    return DONE;
  }

  private int render(String file, boolean withSecrets) {
    return with(
        file,
        withSecrets,
        fresh -> {
          var objects = fresh.objects();
          out.print(Manifests.yaml(withSecrets ? objects : Manifests.redacted(objects)));
        });
  }

  private int images(String file) {
    return with(file, false, fresh -> UsedImages.of(fresh).forEach(out::println));
  }

  private interface Printer {
    void print(Rendered rendered);
  }

  /** What a file becomes. */
  record Rendered(DaytonaInstallationSpec spec, List<HasMetadata> objects) {}

  private int with(String file, boolean withSecrets, Printer printer) {
    try {
      var parsed = ResourceFile.parse(text(file));
      var random = withSecrets ? new SecureRandom() : repeatable();
      var clock = withSecrets ? Clock.systemUTC() : Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
      var secrets = new AssumedSecrets(parsed.secrets(), random);
      var cluster = new ClusterFacts(clusterDomain(), Optional.empty());
      var fresh = FreshInstall.of(parsed.installation(), cluster, secrets, clock, random);
      return switch (fresh) {
        case FreshInstall.Refused refused -> refuse(file, refused.problems());
        case FreshInstall.Objects rendered -> {
          printer.print(
              new Rendered(Defaults.resolve(parsed.installation().getSpec()), rendered.objects()));
          out.flush();
          if (withSecrets) {
            secrets
                .assumed()
                .forEach(name -> err.println("Secret " + name + " is not in the file: assumed"));
          }
          yield DONE;
        }
      };
    } catch (ResourceFile.Unusable e) {
      return refuse(file, e.problems());
    } catch (IncompleteSpecException e) {
      return refuse(file, List.of(String.valueOf(e.getMessage())));
    } catch (Settings.InvalidSettingsException e) {
      return refuse("environment", List.of(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return refuse(file, List.of("cannot be read: " + e));
    }
  }

  private int refuse(String file, List<String> problems) {
    problems.forEach(problem -> err.println(file + ": " + problem));
    return WRONG_INPUT;
  }

  private String text(String file) throws IOException {
    return file.equals("-")
        ? new String(in.readAllBytes(), StandardCharsets.UTF_8)
        : Files.readString(Path.of(file));
  }

  private String clusterDomain() {
    return Settings.from(environment, "default").clusterDomain().orElse(ClusterDomain.USUAL);
  }

  /**
   * What follows from credentials (digests, names of Jobs) is the same each time, so that two
   * outputs can be compared. The values themselves are not printed, and no cluster ever has them.
   */
  private static SecureRandom repeatable() {
    try {
      var random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(1); // before the first value: then it is the only seed
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA1PRNG", e);
    }
  }
}
