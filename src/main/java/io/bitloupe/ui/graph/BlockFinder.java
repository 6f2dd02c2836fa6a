package io.bitloupe.ui.graph;

import io.bitloupe.model.Layer;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the blocks that a network repeats: by the numbered modules in the names that exporters give ({@code layer1.0}), else by
 * structure: stretches with one input and one output, and runs of operators that look like the inside of such a stretch or that
 * repeat at once.
 */
final class BlockFinder {
  private static final Set<String> JOINING = Set.of("Add", "Mul", "Relu", "Clip", "Concat", "Sigmoid", "HardSwish");
  private static final int MOST_PERIOD = 8;

  private final List<Network.Operator> operators;
  private final List<List<Integer>> inputs = new ArrayList<>();
  private final int[] lastUse;

  private BlockFinder(List<Network.Operator> operators, List<int[]> edges) {
    this.operators = operators;
    lastUse = new int[operators.size()];
    operators.forEach(_ -> inputs.add(new ArrayList<>()));
    for (int[] edge : edges) {
      inputs.get(edge[1]).add(edge[0]);
      lastUse[edge[0]] = Math.max(lastUse[edge[0]], edge[1]);
    }
  }

  static List<Network.Block> find(List<Network.Operator> operators, List<int[]> edges) {
    BlockFinder finder = new BlockFinder(operators, edges);
    List<Network.Block> named = finder.byName();
    return named.isEmpty() ? finder.byStructure() : named;
  }

  private List<Network.Block> byName() {
    List<Optional<List<String>>> paths = operators.stream().map(BlockFinder::path).toList();
    Map<String, Set<String>> instances = new HashMap<>();
    for (Optional<List<String>> path : paths) {
      path.ifPresent(it -> prefixes(it).forEach(prefix -> instances.computeIfAbsent(template(prefix), _ -> new HashSet<>()).add(prefix)));
    }
    List<Network.Block> blocks = new ArrayList<>();
    String open = "";
    int first = 0;
    for (int i = 0; i <= operators.size(); i++) {
      String own = i == operators.size() ? "" : blockOf(i, paths.get(i), instances, open, first);
      if (!own.equals(open)) {
        close(blocks, open, first, i - 1);
        open = own;
        first = i;
      }
    }
    Set<String> titles = new HashSet<>();
    boolean torn = blocks.stream().anyMatch(block -> !titles.add(block.title()));
    return torn ? List.of() : blocks;
  }

  private String blockOf(int position, Optional<List<String>> path, Map<String, Set<String>> instances, String open, int first) {
    if (path.isPresent()) {
      return prefixes(path.get()).stream().filter(prefix -> instances.getOrDefault(template(prefix), Set.of()).size() > 1).findFirst()
          .orElse("");
    }
    boolean continues = JOINING.contains(operators.get(position).node().opType()) && inputs.get(position).stream()
        .anyMatch(input -> input >= first);
    return continues ? open : "";
  }

  private static void close(List<Network.Block> blocks, String title, int first, int last) {
    if (!title.isEmpty() && last > first) {
      blocks.add(new Network.Block(title, first, last));
    }
  }

  /** The modules that an operator is in, by its own name or by that of its weights; empty where neither tells. */
  private static Optional<List<String>> path(Network.Operator operator) {
    List<String> own = segments(operator.node().name());
    if (own.size() > 1) {
      return Optional.of(own.subList(0, own.size() - 1));
    }
    return operator.layer().flatMap(Layer::weight).map(BlockFinder::segments).filter(it -> it.size() > 2)
        .map(it -> it.subList(0, it.size() - 1));
  }

  private static List<String> segments(String name) {
    List<String> segments = new ArrayList<>();
    for (String part : name.split("/")) {
      // The exporter repeats the module before its child: body, body.0.
      boolean repeats = !segments.isEmpty() && part.startsWith(String.join(".", segments) + ".");
      String rest = repeats ? part.substring(String.join(".", segments).length() + 1) : part;
      for (String segment : rest.split("\\.")) {
        if (!segment.isEmpty()) {
          segments.add(segment);
        }
      }
    }
    return segments;
  }

  /** The beginnings of a path that end with a number, shortest first. */
  private static List<String> prefixes(List<String> path) {
    List<String> prefixes = new ArrayList<>();
    for (int i = 1; i < path.size() + 1; i++) {
      if (path.get(i - 1).matches("[0-9]+") && i > 1) {
        prefixes.add(String.join(".", path.subList(0, i)));
      }
    }
    return prefixes;
  }

  private static String template(String prefix) {
    return prefix.replaceAll("[0-9]+", "#");
  }

  private List<Network.Block> byStructure() {
    List<int[]> regions = regions();
    Set<List<String>> bodies = new HashSet<>();
    for (int[] region : regions) {
      List<String> signature = signature(region[0], region[1]);
      bodies.add(signature);
      bodies.add(signature.subList(0, signature.size() - 1));
    }
    bodies.removeIf(body -> body.size() < 2);
    List<int[]> found = new ArrayList<>();
    int from = 0;
    for (int[] region : regions) {
      splitRun(from, region[0], bodies, found);
      found.add(region);
      from = region[1] + 1;
    }
    splitRun(from, operators.size(), bodies, found);
    List<Network.Block> blocks = new ArrayList<>();
    for (int[] block : found) {
      blocks.add(new Network.Block(Messages.get("graph.block", blocks.size() + 1), block[0], block[1]));
    }
    return blocks;
  }

  /** Stretches between two tensors through which everything passes, with branches inside. */
  private List<int[]> regions() {
    List<int[]> regions = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < operators.size(); i++) {
      boolean onlyOne = true;
      for (int earlier = 0; earlier < i && onlyOne; earlier++) {
        onlyOne = lastUse[earlier] <= i;
      }
      if (onlyOne) {
        if (i > start) {
          regions.add(new int[] {start, i});
        }
        start = i + 1;
      }
    }
    return regions;
  }

  private void splitRun(int from, int to, Set<List<String>> bodies, List<int[]> found) {
    int at = from;
    while (at < to) {
      int length = bodyAt(at, to, bodies);
      int repeats = 1;
      if (length == 0) {
        int[] best = repeatAt(at, to);
        length = best[0];
        repeats = best[1];
      }
      for (int i = 0; i < repeats && length > 0; i++) {
        found.add(new int[] {at, at + length - 1});
        at += length;
      }
      at += length == 0 ? 1 : 0;
    }
  }

  private int bodyAt(int at, int to, Set<List<String>> bodies) {
    int longest = 0;
    for (List<String> body : bodies) {
      if (body.size() > longest && at + body.size() <= to && signature(at, at + body.size() - 1).equals(body)) {
        longest = body.size();
      }
    }
    return longest;
  }

  /** The shortest stretch at {@code at} that follows itself at once, and how often it stands there; zeros when there is none. */
  private int[] repeatAt(int at, int to) {
    int[] best = {0, 0};
    for (int period = 2; period <= MOST_PERIOD; period++) {
      int repeats = 1;
      while (at + (repeats + 1) * period <= to
          && signature(at, at + period - 1).equals(signature(at + repeats * period, at + (repeats + 1) * period - 1))) {
        repeats++;
      }
      if (repeats > 1 && period * repeats > best[0] * best[1]) {
        best = new int[] {period, repeats};
      }
    }
    return best;
  }

  private List<String> signature(int first, int last) {
    return operators.subList(first, last + 1).stream()
        .map(operator -> operator.layer().map(Terms::operator).orElse(operator.node().opType()))
        .toList();
  }
}
