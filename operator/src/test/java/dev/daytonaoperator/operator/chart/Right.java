package dev.daytonaoperator.operator.chart;

import dev.daytonaoperator.testing.AuditLog.Call;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One thing that may be done, or was. */
record Right(String group, String resource, String verb) implements Comparable<Right> {

  static TreeSet<Right> granted(List<RbacRule> rules) {
    var rights = new TreeSet<Right>();
    for (var rule : rules) {
      for (var resource : rule.resources()) {
        rule.verbs().forEach(verb -> rights.add(new Right(rule.group(), resource, verb)));
      }
    }
    return rights;
  }

  /** What a call needed; an apply that makes an object is a creation too. */
  static Stream<Right> neededBy(Call call) {
    var resource =
        call.subresource().isEmpty() ? call.resource() : call.resource() + "/" + call.subresource();
    var right = new Right(groupOf(call.uri()), resource, call.verb());
    return call.verb().equals("patch") && call.code() == 201
        ? Stream.of(right, new Right(right.group(), resource, "create"))
        : Stream.of(right);
  }

  private static String groupOf(String uri) {
    return uri.startsWith("/apis/") ? uri.split("/", -1)[2] : "";
  }

  @Override
  public int compareTo(Right other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return (group.isEmpty() ? "" : group + "/") + resource + " " + verb;
  }
}
