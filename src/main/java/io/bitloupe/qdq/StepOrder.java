package io.bitloupe.qdq;

import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
    Map<String, Step> writers = new HashMap<>();
    for (Step step : steps) {
      outputs(step).forEach(output -> writers.put(output, step));
    }
    Map<Step, Set<Step>> waitsFor = new IdentityHashMap<>();
    Map<Step, List<Step>> unblocks = new IdentityHashMap<>();
    for (Step step : steps) {
      Set<Step> before = Collections.newSetFromMap(new IdentityHashMap<>());
      for (String input : inputs(step)) {
        Step writer = writers.get(input);
        if (writer != null && writer != step && before.add(writer)) {
          unblocks.computeIfAbsent(writer, _ -> new ArrayList<>()).add(step);
        }
      }
      waitsFor.put(step, before);
    }
    Map<Step, Integer> order = new IdentityHashMap<>();
    steps.forEach(step -> order.put(step, position(step, positions)));
    PriorityQueue<Step> ready = new PriorityQueue<>((a, b) -> Integer.compare(order.get(a), order.get(b)));
    steps.stream().filter(step -> waitsFor.get(step).isEmpty()).forEach(ready::add);
    List<Step> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      Step step = ready.poll();
      sorted.add(step);
      for (Step next : unblocks.getOrDefault(step, List.of())) {
        waitsFor.get(next).remove(step);
        if (waitsFor.get(next).isEmpty()) {
          ready.add(next);
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
    return nodes.stream().mapToInt(node -> positions.get(node.outputs().getFirst())).max().orElse(0);
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
