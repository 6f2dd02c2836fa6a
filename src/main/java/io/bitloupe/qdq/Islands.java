package io.bitloupe.qdq;

import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gathers the nodes that stay in float into maximal islands. Each node gets a phase: how many times a path to it enters float
 * from codes. Neighbours of one phase are one island; since a path that leaves float and comes back raises the phase, an
 * island never depends on a step that depends on the island.
 */
final class Islands {

  private final Set<String> codes;
  private final Map<String, Integer> phases = new HashMap<>();
  private final Map<String, Integer> groupOfTensor = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Integer> parents = new ArrayList<>();

  Islands(Set<String> codes) {
    this.codes = codes;
  }

  /** Takes in a node that runs on codes. */
  void addInteger(Collection<String> inputs, String output) {
    phases.put(output, inputs.stream().mapToInt(this::phase).max().orElse(0));
  }

  /** Takes in a node that stays in float; after all that it depends on. */
  void addFloat(Node node) {
    List<String> inputs = GraphIndex.inputsWithCaptured(node);
    int phase = inputs.stream().mapToInt(input -> codes.contains(input) ? phase(input) + 1 : phase(input)).max().orElse(0);
    int group = nodes.size();
    nodes.add(node);
    parents.add(group);
    for (String input : inputs) {
      Integer writer = groupOfTensor.get(input);
      if (writer != null && !codes.contains(input) && phase(input) == phase) {
        parents.set(find(writer), find(group));
      }
    }
    for (String output : node.outputs()) {
      phases.put(output, phase);
      groupOfTensor.put(output, group);
    }
  }

  /** The islands, each with its nodes in the order they were taken in. */
  List<List<Node>> islands() {
    Map<Integer, List<Node>> merged = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      merged.computeIfAbsent(find(i), _ -> new ArrayList<>()).add(nodes.get(i));
    }
    return List.copyOf(merged.values());
  }

  private int phase(String tensor) {
    return phases.getOrDefault(tensor, 0);
  }

  private int find(int group) {
    int root = group;
    while (parents.get(root) != root) {
      root = parents.get(root);
    }
    parents.set(group, root);
    return root;
  }
}
