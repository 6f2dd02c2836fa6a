package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rewrites graphs of older operator sets so that they compute the same, bit for bit, in a newer one. It goes from opset to opset
 * and touches only operators whose new version reads differently (ONNX's Changelog.md); bodies of control flow are rewritten
 * with the graph around them. Opsets 7 to 22 are known.
 */
public final class OpsetUpgrader {

  private final Names names;
  private final Map<String, UpgradeRule> rules;

  private OpsetUpgrader(Names names, Map<String, UpgradeRule> rules) {
    this.names = names;
    this.rules = rules;
  }

  /**
   * {@code graph} at opset {@code target}, or unchanged where it has that or a newer one.
   *
   * @throws io.bitloupe.model.InvalidModelException for an operator without equal in the newer opset
   */
  public static Graph upgrade(Graph graph, int target) {
    if (!graph.opsets().containsKey("") || graph.opset() >= target) {
      return graph;
    }
    Names names = new Names(graph);
    Graph upgraded = graph;
    for (int opset = graph.opset() + 1; opset <= target; opset++) {
      Map<String, UpgradeRule> rules = opset <= 13 ? RulesTo13.of(opset) : RulesTo21.of(opset);
      if (!rules.isEmpty()) {
        upgraded = new OpsetUpgrader(names, rules).rewrite(upgraded, Optional.empty());
      }
    }
    Map<String, Integer> opsets = new LinkedHashMap<>(graph.opsets());
    opsets.put("", target);
    return upgraded.withOpsets(opsets);
  }

  private Graph rewrite(Graph graph, Optional<StaticInfo> outside) {
    StaticInfo info = new StaticInfo(graph, outside);
    UpgradeContext context = new UpgradeContext(graph, info, names);
    List<Node> nodes = new ArrayList<>(graph.nodes().size());
    for (Node node : graph.nodes()) {
      Node inner = rewriteBodies(node, info);
      UpgradeRule rule = node.domain().isEmpty() ? rules.get(node.opType()) : null;
      if (rule == null) {
        nodes.add(inner);
      } else {
        nodes.addAll(rule.apply(inner, context));
      }
    }
    Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    constants.putAll(context.added());
    return graph.with(nodes, constants);
  }

  private Node rewriteBodies(Node node, StaticInfo outside) {
    if (node.attributes().values().stream().noneMatch(Attribute.GraphValue.class::isInstance)) {
      return node;
    }
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.replaceAll(
        (_, value) ->
            value instanceof Attribute.GraphValue(Graph body)
                ? new Attribute.GraphValue(rewrite(body, Optional.of(outside)))
                : value);
    return new Node(node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), attributes);
  }
}
