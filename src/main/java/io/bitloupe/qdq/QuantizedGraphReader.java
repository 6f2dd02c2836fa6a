package io.bitloupe.qdq;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.StoredCodes;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.ConstantFolder;
import io.bitloupe.onnx.DeadCode;
import io.bitloupe.onnx.Renaming;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a file that is quantized already: takes QuantizeLinear (Q), DequantizeLinear (DQ) and integer operators out of it and says
 * how it held each tensor. The inverse of {@link QdqGraphBuilder}, and of ONNX Runtime's quantizers.
 *
 * <ul>
 *   <li>Between Q and DQ there is one tensor, which keeps the float network's name: the model's where it is an input or a result, else
 *       that of what goes into the Q.
 *   <li>A Q whose zero-point is its least code has taken a Relu in, and codes that a Clip leaves out have another clamp in: both come
 *       back as a Clip, since the float network is none without them.
 *   <li>A tensor that is also read without being quantized, or is quantized twice, stays as it is; the quantized one is a copy of its own.
 *   <li>What is not understood stays in the graph.
 * </ul>
 */
public final class QuantizedGraphReader {

  private static final String INPUT_SUFFIX = "_QuantizeLinear_Input";
  private static final String CODES_SUFFIX = "_quantized";
  private static final Set<String> NON_NEGATIVE = Set.of("Relu", "Sigmoid", "HardSigmoid", "Softmax", "Abs", "Exp");
  private static final Set<String> KEEP_SIGN = Set.of("AveragePool", "GlobalAveragePool", "Concat", "Add", "Mul");

  private final Graph graph;
  private final GraphIndex index;
  private final GraphParts parts;
  private final Map<String, StoredCodes> stored = new LinkedHashMap<>();
  /** The tensor of the float network for what Q reads and DQ writes. */
  private final Map<String, String> names = new HashMap<>();
  private final Map<List<Object>, String> constants = new HashMap<>();
  private final Map<String, Quantized> byQuantizer = new LinkedHashMap<>();
  /** Activations by what goes into their Q, where nothing else reads that. */
  private final Map<String, Quantized> owners = new HashMap<>();
  /** What the Clip in the place of a Q reads, by what it writes. */
  private final Map<String, String> unclamped = new HashMap<>();
  private final Set<String> removed = new HashSet<>();
  private final Set<String> nonNegative = new HashSet<>();
  private int leftOver;

  /**
   * An activation in the file.
   *
   * @param quantizer the Q or DynamicQuantizeLinear
   * @param views outputs of the DQs
   * @param format the codes; empty where the range is computed at run time
   */
  private record Quantized(Node quantizer, List<String> views, Optional<StoredActivation> format) {}

  private QuantizedGraphReader(Graph graph) {
    this.graph = graph;
    this.index = new GraphIndex(graph);
    this.parts = new GraphParts(graph);
  }

  /** What {@code file} says; empty where nothing in it is quantized. */
  public static Optional<QuantizedGraph> read(Graph file) {
    if (file.nodes().stream().noneMatch(QuantizedGraphReader::isQuantized)) {
      return Optional.empty();
    }
    Graph plain = DeadCode.remove(OperatorExpansion.expand(ConstantFolder.withoutConstantNodes(file)));
    return Optional.of(new QuantizedGraphReader(plain).read());
  }

  private static boolean isQuantized(Node node) {
    String type = node.opType();
    return type.startsWith("QLinear")
        || type.equals("QGemm")
        || type.equals("MatMulInteger")
        || type.equals("ConvInteger")
        || type.equals("DequantizeLinear")
        || type.equals("DynamicQuantizeLinear");
  }

  private QuantizedGraph read() {
    graph.initializers().forEach(parts::original);
    for (Node node : graph.nodes()) {
      if (node.is("DequantizeLinear")) {
        constant(node);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.is("QuantizeLinear") || node.is("DynamicQuantizeLinear")) {
        activation(node);
      }
    }
    for (Node node : graph.nodes()) {
      write(node);
    }
    return new QuantizedGraph(DeadCode.remove(graph.with(parts.nodes(), parts.initializers())), stored, notes());
  }

  private List<String> notes() {
    long activations = byQuantizer.size();
    long atRunTime = byQuantizer.values().stream().filter(quantized -> quantized.format().isEmpty()).count();
    List<String> notes = new ArrayList<>();
    String ranges = atRunTime == 0 ? "" : " (%d with ranges found at run time)".formatted(atRunTime);
    notes.add(
        "It is quantized already: %d weights and %d activations%s have codes in the file; its own are used unless others are chosen."
            .formatted(stored.size() - activations, activations, ranges));
    if (leftOver > 0) {
      notes.add(
          "%d QuantizeLinear of it have no form here (scales that are computed, or codes that are read otherwise) and stay as they are."
              .formatted(leftOver));
    }
    return notes;
  }

  // Constants.

  private void constant(Node dequantize) {
    Optional<Tensor> codes = graph.findConstant(dequantize.inputs().getFirst());
    Optional<Tensor> scale = graph.findConstant(dequantize.inputs().get(1));
    Optional<Tensor> zeroPoint = dequantize.input(2).flatMap(graph::findConstant);
    boolean isResult = index.isOutput(dequantize.output());
    if (codes.isEmpty() || scale.isEmpty() || isResult || dequantize.input(2).isPresent() && zeroPoint.isEmpty()) {
      return;
    }
    int axis = (int) dequantize.intAttribute("axis", 1);
    int blockSize = (int) dequantize.intAttribute("block_size", 0);
    StoredWeights.read(codes.get(), scale.get(), zeroPoint, axis, blockSize)
        .ifPresent(constant -> constant(dequantize, reshaped(dequantize, constant)));
  }

  /** A constant and the node that writes it: the DQ, or a Reshape behind it. */
  private record Written(Node writer, StoredWeights.Constant constant) {}

  /** Weights that are dequantized flat and get their shape afterwards, in which their first axis stays what it was. */
  private Written reshaped(Node dequantize, StoredWeights.Constant constant) {
    Optional<Node> reshape = index.onlyConsumer(dequantize.output()).filter(next -> next.is("Reshape"));
    Optional<Tensor> target = reshape.flatMap(next -> graph.findConstant(next.inputs().get(1)));
    if (target.isEmpty() || constant.stored().isEmpty()) {
      return new Written(dequantize, constant);
    }
    int[] dims = new int[target.get().elements()];
    long elements = 1;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) target.get().integers()[i];
      elements *= dims[i];
    }
    boolean sameRows = dims.length > 0 && dims[0] == constant.values().shape().dim(0) && elements == constant.values().elements();
    if (!sameRows || constant.stored().get().axis() > 0) {
      return new Written(dequantize, constant);
    }
    removed.add(dequantize.output());
    return new Written(reshape.get(), new StoredWeights.Constant(constant.values().reshaped(Shape.of(dims)), constant.stored()));
  }

  private void constant(Node dequantize, Written written) {
    String view = written.writer().output();
    String codes = dequantize.inputs().getFirst();
    String wanted = codes.endsWith(CODES_SUFFIX) ? codes.substring(0, codes.length() - CODES_SUFFIX.length()) : view;
    List<Object> key =
        List.of(
            dequantize.inputs(),
            written.constant().values().shape(),
            // One scale has no axis.
            graph.constant(dequantize.inputs().get(1)).elements() == 1 ? -1 : dequantize.intAttribute("axis", 1));
    String name =
        constants.computeIfAbsent(
            key,
            _ -> {
              String fresh = wanted.equals(view) ? view : parts.freshTensor(wanted);
              parts.original(fresh, written.constant().values());
              written.constant().stored().ifPresent(format -> stored.put(fresh, format));
              return fresh;
            });
    names.put(view, name);
    removed.add(view);
  }

  // Activations.

  private void activation(Node quantizer) {
    List<String> views = new ArrayList<>();
    Set<String> inside = new HashSet<>();
    Optional<StoredActivation> format = Optional.empty();
    boolean understood;
    if (quantizer.is("DynamicQuantizeLinear")) {
      understood = collectViews(quantizer, quantizer.output(), views);
    } else {
      Optional<Node> clip = index.onlyConsumer(quantizer.output()).filter(next -> next.is("Clip"));
      format = format(quantizer, clip);
      String codes = clip.map(Node::output).orElse(quantizer.output());
      understood = format.isPresent() && collectViews(quantizer, codes, views);
      inside.add(codes);
    }
    if (!understood || views.isEmpty() || views.stream().filter(index::isOutput).count() > 1) {
      leftOver++;
      return;
    }
    removed.add(quantizer.output());
    removed.addAll(inside);
    removed.addAll(views);
    Quantized quantized = new Quantized(quantizer, views, format);
    String name = name(quantized);
    views.forEach(view -> names.put(view, name));
    byQuantizer.put(quantizer.output(), quantized);
    stored.put(name, format.map(StoredActivation::stored).orElseGet(StoredCodes::dynamic));
  }

  /** Collects the DQs of {@code codes}; says whether nothing else reads them and all have the quantizer's own parameters. */
  private boolean collectViews(Node quantizer, String codes, List<String> views) {
    boolean understood = !index.isOutput(codes);
    for (Node reader : index.consumers(codes)) {
      if (reader.is("DequantizeLinear") && reader.inputs().getFirst().equals(codes) && sameParameters(quantizer, reader)) {
        views.add(reader.output());
      } else {
        understood = false;
      }
    }
    return understood;
  }

  private boolean sameParameters(Node quantizer, Node dequantize) {
    if (quantizer.is("DynamicQuantizeLinear")) {
      return dequantize.inputs().subList(1, dequantize.inputs().size()).equals(quantizer.outputs().subList(1, 3));
    }
    return same(quantizer.input(1), dequantize.input(1)) && same(quantizer.input(2), dequantize.input(2));
  }

  private boolean same(Optional<String> a, Optional<String> b) {
    Optional<Tensor> known = a.flatMap(graph::findConstant);
    return a.equals(b) || known.isPresent() && known.equals(b.flatMap(graph::findConstant));
  }

  private Optional<StoredActivation> format(Node quantizer, Optional<Node> clip) {
    Optional<Tensor> scale = graph.findConstant(quantizer.inputs().get(1)).filter(value -> value.elements() == 1);
    Optional<Tensor> zeroPoint = quantizer.input(2).flatMap(graph::findConstant);
    DataType type = zeroPoint.map(Tensor::type).orElse(DataType.UINT8);
    boolean holds = type == DataType.UINT8 || type == DataType.INT8 || type == DataType.UINT16 || type == DataType.INT16;
    if (scale.isEmpty() || scale.get().type() != DataType.FLOAT || quantizer.input(2).isPresent() != zeroPoint.isPresent() || !holds) {
      return Optional.empty();
    }
    boolean signed = type == DataType.INT8 || type == DataType.INT16;
    int codes = 1 << type.bits();
    long min = clip.flatMap(node -> bound(node, 1)).orElse(signed ? -codes / 2L : 0L);
    long max = clip.flatMap(node -> bound(node, 2)).orElse(signed ? codes / 2L - 1 : codes - 1L);
    int zero = zeroPoint.map(value -> (int) value.integers()[0]).orElse(0);
    float step = scale.get().floats()[0];
    return min <= zero && zero <= max && step > 0 && Float.isFinite(step)
        ? Optional.of(StoredActivation.of(type, step, zero, (int) min, (int) max))
        : Optional.empty();
  }

  private Optional<Long> bound(Node clip, int input) {
    return clip.input(input).flatMap(graph::findConstant).filter(value -> value.elements() == 1).map(value -> value.integers()[0]);
  }

  /** The name of a quantized activation in the float network; what goes into the Q takes it too unless it has readers of its own. */
  private String name(Quantized quantized) {
    Node quantizer = quantized.quantizer();
    List<String> views = quantized.views();
    String raw = quantizer.inputs().getFirst();
    Optional<String> result = views.stream().filter(index::isOutput).findFirst();
    boolean readElsewhere = index.consumers(raw).size() > 1 || index.isOutput(raw) || graph.isConstant(raw) || names.containsKey(raw);
    boolean isInput = graph.inputs().stream().map(ValueInfo::name).anyMatch(raw::equals);
    if (readElsewhere || isInput && result.isPresent() || sharesOtherScale(raw, quantized.format())) {
      return result.orElse(views.getFirst());
    }
    String own = raw.endsWith(INPUT_SUFFIX) ? raw.substring(0, raw.length() - INPUT_SUFFIX.length()) : raw;
    boolean free = own.equals(raw) || views.contains(own);
    String name = isInput ? raw : result.orElse(free ? own : views.getFirst());
    names.put(raw, name);
    owners.put(raw, quantized);
    return name;
  }

  /** Whether {@code raw} only passes codes on that have another scale than {@code format}. */
  private boolean sharesOtherScale(String raw, Optional<StoredActivation> format) {
    Optional<Node> writer = index.producer(raw).filter(node -> Moves.OPERATORS.contains(node.opType()));
    if (writer.isEmpty()) {
      return false;
    }
    Optional<StoredCodes> before = Optional.ofNullable(names.get(writer.get().inputs().getFirst())).map(stored::get);
    return before.isPresent() && format.isPresent() && !before.get().sharesStepsWith(format.get().stored());
  }

  // Writing.

  private void write(Node node) {
    Quantized quantized = byQuantizer.get(node.output());
    if (quantized != null) {
      border(quantized);
    } else if (!removed.contains(node.output())) {
      boolean known = isNonNegative(node);
      List<String> outputs = node.outputs().stream().map(output -> written(output, known)).toList();
      parts.node(Renaming.apply(node, names).withOutputs(outputs));
      if (known) {
        nonNegative.add(outputs.getFirst());
      }
    }
  }

  /** The tensor that the writer of {@code output} writes: what is clamped next has a name of its own. */
  private String written(String output, boolean known) {
    String name = names.getOrDefault(output, output);
    Quantized owner = owners.get(output);
    if (owner == null || owner.format().filter(format -> clamps(format, known)).isEmpty()) {
      return name;
    }
    return unclamped.computeIfAbsent(name, _ -> parts.freshTensor(name + "_unclamped"));
  }

  private boolean isNonNegative(Node node) {
    String type = node.opType();
    boolean moves = Moves.OPERATORS.contains(type);
    List<String> operands = moves ? node.inputs().subList(0, 1) : node.inputs();
    return NON_NEGATIVE.contains(type)
        || (moves || KEEP_SIGN.contains(type)) && operands.stream().map(this::read).allMatch(nonNegative::contains);
  }

  private String read(String tensor) {
    return names.getOrDefault(tensor, tensor);
  }

  /** In the place of a Q: nothing, or the clamp that it does, or a copy of what others read unquantized. */
  private void border(Quantized quantized) {
    String source = read(quantized.quantizer().inputs().getFirst());
    String name = read(quantized.views().getFirst());
    String before = unclamped.get(name);
    Optional<StoredActivation> format = quantized.format();
    if (before != null) {
      clamp(before, name, format.orElseThrow());
    } else if (!source.equals(name) && format.filter(it -> clamps(it, nonNegative.contains(source))).isPresent()) {
      clamp(source, name, format.orElseThrow());
    } else if (!source.equals(name)) {
      // ONNX's Sum of one term: a copy that no optimization of ours removes.
      parts.node(name + "_copy", "Sum", List.of(source), List.of(name), Map.of());
    }
    if (format.filter(StoredActivation::isNonNegative).isPresent()) {
      nonNegative.add(name);
    }
  }

  /** Whether the codes of a tensor limit it in a way that neither the format nor the tensor itself does. */
  private static boolean clamps(StoredActivation format, boolean isNonNegative) {
    return format.isClamped() || format.isNonNegative() && !isNonNegative;
  }

  private void clamp(String source, String name, StoredActivation format) {
    String min = parts.constant(name + "_min", Tensor.ofFloats(Shape.scalar(), format.min()));
    String max = parts.constant(name + "_max", Tensor.ofFloats(Shape.scalar(), format.max()));
    parts.node(name + "_clamp", "Clip", List.of(source, min, max), List.of(name), Map.of());
  }
}
