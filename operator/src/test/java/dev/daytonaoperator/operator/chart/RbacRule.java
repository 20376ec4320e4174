package dev.daytonaoperator.operator.chart;

import java.util.List;

/**
 * One rule of a Role.
 *
 * @param why what the operator does with it
 * @param names the only objects that it is about; empty = all
 */
record RbacRule(
    String why, String group, List<String> resources, List<String> names, List<String> verbs) {

  static RbacRule of(String why, String group, String resource, String... verbs) {
    return new RbacRule(why, group, List.of(resource), List.of(), List.of(verbs));
  }

  RbacRule named(String name) {
    return new RbacRule(why, group, resources, List.of(name), verbs);
  }

  String yaml() {
    var text = new StringBuilder("# " + why + "\n");
    text.append("- apiGroups: [").append(group.isEmpty() ? "\"\"" : group).append("]\n");
    text.append("  resources: ").append(resources).append("\n");
    if (!names.isEmpty()) {
      text.append("  resourceNames: ").append(names).append("\n");
    }
    return text.append("  verbs: ").append(verbs).append("\n").toString();
  }
}
