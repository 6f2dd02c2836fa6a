package io.bitloupe.onnx;

import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** Puts nodes after those that they read from, keeping the file's order wherever that is possible. */
final class GraphSorter {

  private GraphSorter() {}

  /**
   * Sorts {@code nodes}.
   *
   * @param known tensors that are there before the first node
   * @throws InvalidModelException for a tensor that is defined twice or never, and for a cycle
   */
  static List<Node> sort(List<Node> nodes, Set<String> known) {
    Map<String, Integer> producer = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        if (output.isEmpty()) {
          continue;
        }
        if (producer.put(output, i) != null) {
          throw new InvalidModelException("the tensor %s is written by two nodes".formatted(Text.quote(output)));
        }
      }
    }
    int[] waiting = new int[nodes.size()];
    Map<Integer, List<Integer>> readers = new HashMap<>();
    boolean sorted = true;
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : new HashSet<>(GraphIndex.inputsWithCaptured(nodes.get(i)))) {
        Integer source = producer.get(input);
        if (source != null) {
          waiting[i]++;
          readers.computeIfAbsent(source, _ -> new ArrayList<>()).add(i);
          sorted &= source < i;
        } else if (!known.contains(input)) {
          throw new InvalidModelException(
              "%s reads the tensor %s, which nothing defines".formatted(describe(nodes.get(i)), Text.quote(input)));
        }
      }
    }
    return sorted ? nodes : order(nodes, waiting, readers);
  }

  private static List<Node> order(List<Node> nodes, int[] waiting, Map<Integer, List<Integer>> readers) {
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < waiting.length; i++) {
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    List<Node> result = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      int next = ready.remove();
      result.add(nodes.get(next));
      for (int reader : readers.getOrDefault(next, List.of())) {
        if (--waiting[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (result.size() < nodes.size()) {
      int stuck = 0;
      while (waiting[stuck] == 0) {
        stuck++;
      }
      throw new InvalidModelException("its graph has a cycle through %s".formatted(describe(nodes.get(stuck))));
    }
    return result;
  }

  /** A node for a sentence: operator and name, or what it writes. */
  static String describe(Node node) {
    String name = !node.name().isEmpty() ? node.name() : node.outputs().isEmpty() ? "" : node.output();
    return "the %s node %s".formatted(node.opType().replaceAll("\\P{Graph}", "?"), Text.quote(name));
  }
}
