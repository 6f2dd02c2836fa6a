package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.DeadCode;
import io.bitloupe.onnx.OpsetUpgrader;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.TensorQuantizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model with integer weights and float activations, in the form that ONNX Runtime turns into MatMulNBits: DequantizeLinear of
 * 4-bit or 8-bit codes, by channel or in blocks along the input channels, right before a MatMul. A Gemm becomes a MatMul and an
 * Add, since ONNX Runtime has no such form of it. Weights of convolutions are codes of 8 bits, dequantized before the float Conv.
 */
public final class WeightOnlyGraph {

  private static final int OPSET = 21;

  private final Model model;
  private final Map<String, QuantParams> weights;
  private final GraphParts parts;
  private final WeightWriter writer;
  private final Map<String, String> views = new HashMap<>();

  private WeightOnlyGraph(Model model, Map<String, QuantParams> weights) {
    this.model = model;
    this.weights = weights;
    this.parts = new GraphParts(model.graph());
    this.writer = new WeightWriter(parts);
  }

  /**
   * Writes {@code model} with quantized weights.
   *
   * @param weights parameters by initializer name
   * @param metadata key-value pairs for the file
   */
  public static Graph of(Model model, Map<String, QuantParams> weights, Map<String, String> metadata) {
    return new WeightOnlyGraph(model, weights).build(metadata);
  }

  private Graph build(Map<String, String> metadata) {
    Graph graph = model.graph();
    Map<String, Layer> layers = new HashMap<>();
    model.layers().forEach(layer -> layers.put(layer.node().output(), layer));
    for (Node node : graph.nodes()) {
      Optional<Layer> matrix =
          node.outputs().stream()
              .findFirst()
              .map(layers::get)
              .filter(layer -> layer.kind() == LayerKind.MATMUL || layer.kind() == LayerKind.GEMM)
              .filter(layer -> layer.weight().filter(this::isMatrix).isPresent());
      if (matrix.isPresent()) {
        product(node, matrix.get());
      } else {
        parts.node(node.withInputs(node.inputs().stream().map(this::view).toList()));
      }
    }
    graph.initializers().forEach(
        (name, value) -> {
          if (!weights.containsKey(name) || graph.outputs().stream().anyMatch(output -> output.name().equals(name))) {
            parts.original(name, value);
          }
        });
    Graph written = graph.with(parts.nodes(), parts.initializers()).withMetadata(metadata);
    return DeadCode.remove(OpsetUpgrader.upgrade(written, OPSET));
  }

  private boolean isMatrix(String weight) {
    return weights.containsKey(weight) && model.graph().constant(weight).shape().rank() == 2;
  }

  /** The dequantized form of a weight that no MatMul reads; anything else as it is. */
  private String view(String tensor) {
    QuantParams params = weights.get(tensor);
    if (params == null) {
      return tensor;
    }
    Tensor values = model.graph().constant(tensor);
    CodeTensor codes = TensorQuantizer.quantize(values, params);
    return views.computeIfAbsent(tensor, _ -> writer.inIsland(tensor, codes, false, TensorQuantizer.dequantizeToTensor(codes)));
  }

  private void product(Node node, Layer layer) {
    String weight = layer.weight().orElseThrow();
    boolean gemm = node.is("Gemm");
    boolean plain =
        !gemm
            || (node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0);
    if (!plain) {
      parts.node(node.withInputs(node.inputs().stream().map(this::view).toList()));
      return;
    }
    boolean transposed = gemm && node.intAttribute("transB", 0) != 0;
    String view = views.computeIfAbsent(weight + (transposed ? " transposed" : " as it is"), _ -> matrix(weight, transposed));
    Optional<String> bias = gemm ? node.input(2) : Optional.empty();
    String product = bias.isPresent() ? parts.freshTensor(node.output() + "_product") : node.output();
    parts.node(node.name(), "MatMul", List.of(node.inputs().getFirst(), view), List.of(product), Map.of());
    bias.ifPresent(added -> parts.node(node.name() + "_bias", "Add", List.of(product, view(added)), List.of(node.output()), Map.of()));
  }

  /** Codes K, N behind a DequantizeLinear with scales along N, or in blocks along K. */
  private String matrix(String weight, boolean transposed) {
    QuantParams given = Optional.ofNullable(weights.get(weight)).orElseThrow();
    Tensor values = model.graph().constant(weight);
    QuantParams params = given.byChannel(values.shape().dim(given.axis()));
    CodeTensor codes = TensorQuantizer.quantize(values, params);
    Shape shape = values.shape();
    int depth = shape.dim(transposed ? 1 : 0);
    int columns = shape.dim(transposed ? 0 : 1);
    DataType type = WeightWriter.narrowestType(params.format());
    int[] byRow = new int[depth * columns];
    for (int k = 0; k < depth; k++) {
      for (int n = 0; n < columns; n++) {
        byRow[k * columns + n] = codes.codes().get(transposed ? n * depth + k : k * columns + n);
      }
    }
    boolean blocks = params.granularity() instanceof Granularity.PerBlock;
    int perChannel = ScaleGroups.of(shape, params).blocksPerChannel();
    int count = params.affine().size();
    float[] scales = new float[count];
    int[] zeroPoints = new int[count];
    for (int i = 0; i < count; i++) {
      Affine affine = params.affine().get(i);
      int at = blocks ? i % perChannel * columns + i / perChannel : i;
      scales[at] = affine.scale();
      zeroPoints[at] = affine.zeroPoint();
    }
    boolean byTensor = params.granularity() instanceof Granularity.PerTensor;
    Shape scaleShape = byTensor ? Shape.scalar() : blocks ? Shape.of(perChannel, columns) : Shape.of(columns);
    String stored = parts.constant(weight + "_quantized", GraphParts.codes(type, Shape.of(depth, columns), byRow));
    String scale = parts.constant(weight + "_scale", Tensor.ofFloats(scaleShape, scales));
    String zeroPoint = parts.constant(weight + "_zero_point", GraphParts.codes(type, scaleShape, zeroPoints));
    String view = parts.freshTensor(weight + "_DequantizeLinear_Output");
    Map<String, Attribute> attributes = new HashMap<>();
    if (params.granularity() instanceof Granularity.PerBlock(int size)) {
      attributes.put("axis", GraphParts.integer(0));
      attributes.put("block_size", GraphParts.integer(size));
    } else if (!byTensor) {
      attributes.put("axis", GraphParts.integer(1));
    }
    parts.node(weight + "_DequantizeLinear", "DequantizeLinear", List.of(stored, scale, zeroPoint), List.of(view), attributes);
    return view;
  }
}
