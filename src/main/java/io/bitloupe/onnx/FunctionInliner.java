package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.bitloupe.model.InvalidModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the bodies of a model's own functions in the place of their calls. What a body computes inside gets names that
 * start with the call's number, so that no two calls collide.
 */
final class FunctionInliner {

  /** Calls within calls; ONNX forbids recursion. */
  private static final int DEEPEST = 32;
  /** Nodes after inlining: a handful of functions that call each other twice would double without end. */
  private static final int MOST_NODES = 1_000_000;

  private final Map<String, FunctionProto> functions = new HashMap<>();
  /** Operator sets that functions use and the model around them does not. */
  private final Map<String, Long> missingOpsets = new TreeMap<>();
  private int calls;
  private int nodes;

  private FunctionInliner(ModelProto model) {
    Map<String, Long> opsets = new HashMap<>();
    model.getOpsetImportList().forEach(opset -> opsets.put(domain(opset.getDomain()), opset.getVersion()));
    for (FunctionProto function : model.getFunctionsList()) {
      for (OperatorSetIdProto opset : function.getOpsetImportList()) {
        Long used = opsets.get(domain(opset.getDomain()));
        if (used == null) {
          opsets.put(domain(opset.getDomain()), opset.getVersion());
          missingOpsets.put(domain(opset.getDomain()), opset.getVersion());
        } else if (used != opset.getVersion()) {
          throw new InvalidModelException(
              "its function %s uses version %d of an operator set of which the model uses version %d"
                  .formatted(Text.quote(function.getName()), opset.getVersion(), used));
        }
      }
      functions.put(key(function.getDomain(), function.getName(), function.getOverload()), function);
    }
  }

  /** {@code model} without functions. */
  static ModelProto inline(ModelProto model) {
    FunctionInliner inliner = new FunctionInliner(model);
    GraphProto graph = inliner.graph(model.getGraph(), new Scope("", Map.of(), Map.of()), 0);
    ModelProto.Builder inlined = model.toBuilder().clearFunctions().setGraph(graph);
    inliner.missingOpsets.forEach(
        (domain, version) -> inlined.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    return inlined.build();
  }

  /** What names mean inside one call: prefix for inner tensors, actual tensors and attributes for formal ones. */
  private record Scope(String prefix, Map<String, String> tensors, Map<String, AttributeProto> attributes) {
    String rename(String tensor) {
      String actual = tensors.get(tensor);
      return actual != null ? actual : tensor.isEmpty() ? tensor : prefix + tensor;
    }
  }

  private GraphProto graph(GraphProto graph, Scope scope, int depth) {
    GraphProto.Builder result = graph.toBuilder().clearNode().addAllNode(nodes(graph.getNodeList(), scope, depth));
    if (!scope.prefix().isEmpty()) {
      result.clearInput().clearOutput().clearInitializer().clearValueInfo();
      graph.getInputList().forEach(value -> result.addInput(rename(value, scope)));
      graph.getOutputList().forEach(value -> result.addOutput(rename(value, scope)));
      graph
          .getInitializerList()
          .forEach(tensor -> result.addInitializer(tensor.toBuilder().setName(scope.rename(tensor.getName()))));
    }
    return result.build();
  }

  private static ValueInfoProto rename(ValueInfoProto value, Scope scope) {
    return value.toBuilder().setName(scope.rename(value.getName())).build();
  }

  private List<NodeProto> nodes(List<NodeProto> list, Scope scope, int depth) {
    if (depth > DEEPEST) {
      throw new InvalidModelException("its functions call each other more than %d deep".formatted(DEEPEST));
    }
    List<NodeProto> result = new ArrayList<>();
    for (NodeProto node : list) {
      if (++nodes > MOST_NODES) {
        throw new InvalidModelException("its functions unfold to more than %d nodes".formatted(MOST_NODES));
      }
      NodeProto actual = actual(node, scope, depth);
      FunctionProto function = functions.get(key(actual.getDomain(), actual.getOpType(), actual.getOverload()));
      if (function == null) {
        result.add(actual);
      } else {
        result.addAll(nodes(function.getNodeList(), call(actual, function), depth + 1));
      }
    }
    return result;
  }

  private NodeProto actual(NodeProto node, Scope scope, int depth) {
    NodeProto.Builder result = node.toBuilder().clearInput().clearOutput().clearAttribute();
    node.getInputList().forEach(input -> result.addInput(scope.rename(input)));
    node.getOutputList().forEach(output -> result.addOutput(scope.rename(output)));
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!attribute.getRefAttrName().isEmpty()) {
        AttributeProto given = scope.attributes().get(attribute.getRefAttrName());
        if (given != null) {
          result.addAttribute(given.toBuilder().setName(attribute.getName()));
        }
      } else if (attribute.hasG()) {
        result.addAttribute(attribute.toBuilder().setG(graph(attribute.getG(), scope, depth + 1)));
      } else {
        result.addAttribute(attribute);
      }
    }
    if (!scope.prefix().isEmpty() && !node.getName().isEmpty()) {
      result.setName(scope.prefix() + node.getName());
    }
    return result.build();
  }

  private Scope call(NodeProto node, FunctionProto function) {
    String prefix = (node.getName().isEmpty() ? node.getOpType() : node.getName()) + "." + calls++ + "/";
    Map<String, String> tensors = new HashMap<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      tensors.put(function.getInput(i), i < node.getInputCount() ? node.getInput(i) : "");
    }
    for (int i = 0; i < function.getOutputCount(); i++) {
      if (i < node.getOutputCount() && !node.getOutput(i).isEmpty()) {
        if (tensors.containsKey(function.getOutput(i))) {
          throw new InvalidModelException("its function %s returns an input unchanged".formatted(Text.quote(function.getName())));
        }
        tensors.put(function.getOutput(i), node.getOutput(i));
      }
    }
    Map<String, AttributeProto> attributes = new HashMap<>();
    function.getAttributeProtoList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
    node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
    return new Scope(prefix, tensors, attributes);
  }

  private static String key(String domain, String name, String overload) {
    return domain(domain) + "\n" + name + "\n" + overload;
  }

  private static String domain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }
}
