package dev.daytonaoperator.operator.fleet;

import dev.daytonaoperator.api.v1alpha1.Reason;
import dev.daytonaoperator.api.v1alpha1.RunnerPool;
import dev.daytonaoperator.operator.status.Problem;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The networks inside a runner's pod. An address of the cluster in one of them cannot be reached
 * from that pod, and does not get its answers (contract 5.5).
 */
public final class SandboxNetworks {

  private SandboxNetworks() {}

  /**
   * The first address that a pool's networks hide.
   *
   * @param pools those that have runners, after defaults
   * @param addresses of the platform that runners speak with, by whose it is
   */
  public static Optional<Problem> hidden(List<RunnerPool> pools, Map<String, String> addresses) {
    for (var pool : pools) {
      var networks =
          Map.of(
              "subnet", pool.sandboxNetwork().subnet(),
              "bridgeIp", pool.sandboxNetwork().bridgeIp());
      for (var field : networks.keySet().stream().sorted().toList()) {
        var network = networks.getOrDefault(field, "");
        var found =
            addresses.entrySet().stream()
                .filter(e -> contains(network, e.getValue()))
                .map(e -> e.getValue() + ", the address of " + e.getKey())
                .sorted()
                .findFirst();
        if (found.isPresent()) {
          return Optional.of(
              Problem.stalled(
                  Reason.NetworkOverlap,
                  "runners["
                      + pool.name()
                      + "].sandboxNetwork."
                      + field
                      + " "
                      + network
                      + " hides "
                      + found.get()
                      + ", from its runners: choose a network that the cluster does not use"));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean contains(String network, String address) {
    int slash = network.indexOf('/');
    if (!(InetAddress.ofLiteral(address) instanceof Inet4Address)) {
      return false; // these networks are of IPv4
    }
    int hostBits = Integer.SIZE - Integer.parseInt(network.substring(slash + 1));
    long difference = bits(network.substring(0, slash)) ^ bits(address);
    return difference >>> hostBits == 0;
  }

  private static long bits(String address) {
    return Integer.toUnsignedLong(
        ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress()).getInt());
  }
}
