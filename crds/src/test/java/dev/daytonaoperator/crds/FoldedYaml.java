package dev.daytonaoperator.crds;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes short lists of plain words, and short maps of them, on one line: half of the file would be
 * indentation otherwise.
 */
final class FoldedYaml {

  private static final int LONGEST = 100;

  /** The chart looks for lines above the schema. */
  private static final String SCHEMA = " ".repeat(10);

  private static final Pattern HEAD = Pattern.compile("( *(?:- )?)([\\w.$-]+):");
  private static final Pattern WORD = Pattern.compile("[\\w./-]+|\"[^\"\\\\]*\"");

  private FoldedYaml() {}

  static String of(String yaml) {
    var lines = List.of(yaml.split("\n", -1));
    var folded = new ArrayList<String>();
    for (int at = 0; at < lines.size(); at++) {
      var block = lines.get(at).startsWith(SCHEMA) ? block(lines, at) : List.<String>of();
      var line = block.isEmpty() ? null : fold(lines.get(at), block);
      folded.add(line == null ? lines.get(at) : line);
      at += line == null ? 0 : block.size();
    }
    return String.join("\n", folded);
  }

  /** The lines below a head that belong to it and have none below themselves; else none. */
  private static List<String> block(List<String> lines, int head) {
    var match = HEAD.matcher(lines.get(head));
    if (!match.matches()) {
      return List.of();
    }
    int indent = match.group(1).length();
    var block = new ArrayList<String>();
    for (int at = head + 1; at < lines.size(); at++) {
      var line = lines.get(at);
      int own = line.length() - line.stripLeading().length();
      boolean item = line.stripLeading().startsWith("- ");
      if (own < indent || (own == indent && !item)) {
        break;
      }
      block.add(line);
    }
    return block;
  }

  private static @Nullable String fold(String head, List<String> block) {
    boolean list = block.stream().allMatch(line -> line.stripLeading().startsWith("- "));
    var parts = new ArrayList<String>();
    for (var line : block) {
      var text = line.strip();
      var value = list ? text.substring(2) : text.substring(text.indexOf(": ") + 2);
      boolean entry = list || text.matches("[\\w.$-]+: .+");
      if (!entry || !WORD.matcher(value).matches()) {
        return null;
      }
      parts.add(list ? value : text);
    }
    var inside = String.join(", ", parts);
    var line = head + (list ? " [" + inside + "]" : " {" + inside + "}");
    return line.strip().length() <= LONGEST ? line : null;
  }
}
