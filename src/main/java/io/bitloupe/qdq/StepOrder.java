package io.bitloupe.qdq;

import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** Brings steps into an order in which each comes after what it reads, and otherwise keeps the order of the model. */
final class StepOrder {

  private StepOrder() {}

  static List<Step> sort(List<Step> steps, Graph graph) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      positions.put(graph.nodes().get(i).outputs().getFirst(), i);
    }
    Map<String, Integer> writers = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (String output : outputs(steps.get(i))) {
        writers.put(output, i);
      }
    }
    int[] order = new int[steps.size()];
    int[] waitsFor = new int[steps.size()];
    List<Set<Integer>> unblocks = new ArrayList<>();
    steps.forEach(_ -> unblocks.add(new LinkedHashSet<>()));
    PriorityQueue<Integer> ready = new PriorityQueue<>((a, b) -> Integer.compare(order[a], order[b]));
    for (int i = 0; i < steps.size(); i++) {
      order[i] = position(steps.get(i), positions);
      for (String input : inputs(steps.get(i))) {
        int writer = writers.getOrDefault(input, i);
        if (writer != i && unblocks.get(writer).add(i)) {
          waitsFor[i]++;
        }
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      if (waitsFor[i] == 0) {
        ready.add(i);
      }
    }
    List<Step> sorted = new ArrayList<>();
    for (Integer next = ready.poll(); next != null; next = ready.poll()) {
      sorted.add(steps.get(next));
      for (int freed : unblocks.get(next)) {
        waitsFor[freed]--;
        if (waitsFor[freed] == 0) {
          ready.add(freed);
        }
      }
    }
    if (sorted.size() != steps.size()) {
      throw new IllegalStateException("the lowered steps depend on each other in a circle");
    }
    return sorted;
  }

  private static int position(Step step, Map<String, Integer> positions) {
    List<Node> nodes =
        switch (step) {
          case IntegerStep integer -> List.of(integer.node());
          case FloatIsland island -> island.nodes();
        };
    return nodes.stream().mapToInt(node -> positions.getOrDefault(node.outputs().getFirst(), 0)).max().orElse(0);
  }

  private static List<String> inputs(Step step) {
    return switch (step) {
      case IntegerStep integer -> integer.inputs();
      case FloatIsland island -> island.inputs();
    };
  }

  private static List<String> outputs(Step step) {
    return switch (step) {
      case IntegerStep integer -> List.of(integer.output());
      case FloatIsland island -> island.outputs();
    };
  }
}
