package io.bitloupe.qdq;

import io.bitloupe.config.Clamps;
import io.bitloupe.config.IntegerForm;
import io.bitloupe.config.Partition;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a model and a resolved configuration into integer steps and float islands.
 *
 * <p>An operator becomes an integer step when it has an integer form, all activations that it reads and writes are quantized,
 * and its weights are quantized per tensor, channel or channel group. Everything else stays in float, in islands as large as
 * possible, with fake-quantized weights. Thread-safe; keeps the weight codes of the last configurations.
 */
public final class Lowering {

  private final Model model;
  private final Graph graph;
  private final Partition.Structure structure;
  private final WeightCodes weights;
  private final Map<String, String> layerNames = new HashMap<>();

  /** Prepares to lower {@code model} with different configurations. */
  public Lowering(Model model) {
    this(new Partition.Structure(model));
  }

  /** Prepares to lower the model of {@code structure} with different configurations. */
  public Lowering(Partition.Structure structure) {
    this.structure = structure;
    this.model = structure.model();
    this.graph = model.graph();
    this.weights = new WeightCodes(model);
    model.layers().forEach(layer -> layerNames.put(layer.node().output(), layer.name()));
  }

  /** Lowers once; see {@link #lower(ResolvedConfig)}. */
  public static LoweredGraph lower(Model model, ResolvedConfig config) {
    return new Lowering(model).lower(config);
  }

  /** Lowers the model with {@code config}. */
  public LoweredGraph lower(ResolvedConfig config) {
    return new Run(config).lower();
  }

  /** One lowering. */
  private final class Run {

    private final ResolvedConfig config;
    private final Partition partition;
    private final Map<String, QuantParams> activations = new LinkedHashMap<>();
    private final Set<String> dynamic = new LinkedHashSet<>();
    private final IslandNames names = new IslandNames();

    Run(ResolvedConfig config) {
      this.config = config;
      this.partition = Partition.of(structure, this::isQuantized, this::fitsIntegerKernel);
    }

    private boolean isQuantized(String tensor) {
      return !(config.config().tensors().get(tensor) instanceof TensorChoice.FloatingPoint)
          && config.activations().containsKey(structure.root(tensor));
    }

    private boolean fitsIntegerKernel(String weight) {
      return config.weight(weight).filter(params -> !(params.granularity() instanceof Granularity.PerBlock)).isPresent();
    }

    LoweredGraph lower() {
      for (String tensor : partition.codes()) {
        String root = structure.root(tensor);
        activations.put(tensor, config.activation(root).orElseThrow());
        if (config.dynamic().contains(root)) {
          dynamic.add(tensor);
        }
      }
      Set<String> needed = needed();
      Map<String, IntegerForm> forms = new HashMap<>();
      partition.integerForms().forEach(form -> forms.put(form.node().output(), form));
      List<Step> steps = new ArrayList<>();
      Islands islands = new Islands(partition.codes());
      for (Node node : graph.nodes()) {
        if (node.outputs().stream().noneMatch(needed::contains)) {
          continue;
        }
        IntegerForm form = forms.get(node.outputs().getFirst());
        if (form != null) {
          islands.addInteger(form.activations(), form.output());
          steps.add(integerStep(form));
        } else if (!partition.isInteger(node)) {
          islands.addFloat(node);
        }
      }
      List<FloatIsland> floats = floatIslands(islands.islands());
      steps.addAll(floats);
      Map<String, CodeTensor> codes = new LinkedHashMap<>();
      Map<String, Tensor> constants = constants(floats, codes);
      return new LoweredGraph(
          model, StepOrder.sort(steps, graph), activations, dynamic, constants, codes, config.config().requantization());
    }

    /** Tensors that results depend on. */
    private Set<String> needed() {
      Set<String> needed = new HashSet<>();
      graph.outputs().forEach(output -> needed.add(output.name()));
      Map<String, IntegerForm> byOutput = new HashMap<>();
      partition.integerForms().forEach(form -> byOutput.put(form.output(), form));
      List<Node> backwards = new ArrayList<>(graph.nodes());
      Collections.reverse(backwards);
      for (Node node : backwards) {
        if (node.outputs().stream().noneMatch(needed::contains)) {
          continue;
        }
        IntegerForm form = byOutput.get(node.outputs().getFirst());
        if (form != null) {
          needed.add(form.node().output());
          needed.addAll(form.activations());
        }
        if (!partition.isInteger(node)) {
          needed.addAll(GraphIndex.inputsWithCaptured(node));
        }
      }
      return needed;
    }

    private QuantParams params(String tensor) {
      return Optional.ofNullable(activations.get(tensor)).orElseThrow();
    }

    private IntegerStep integerStep(IntegerForm form) {
      Node node = form.node();
      QuantParams output = params(form.output());
      List<Operand> operands = new ArrayList<>();
      Optional<QuantizedBias> bias = Optional.empty();
      for (String operand : form.operands()) {
        if (form.activations().contains(operand)) {
          operands.add(new Operand.Activation(operand));
        } else if (form.weight()) {
          WeightCodes.Weighted weighted = weighted(node, operand);
          bias = weighted.bias();
          operands.add(new Operand.Constant(operand, weighted.weights()));
        } else {
          operands.add(new Operand.Constant(operand, constantOperand(operand, form)));
        }
      }
      boolean clampsAtRunTime = dynamic.contains(form.output());
      Clamps.CodeBounds bounds =
          Clamps.codes(clampsAtRunTime ? List.of() : form.fused(), graph, output.single(), output.format());
      String name = layerNames.getOrDefault(node.output(), node.name().isEmpty() ? node.output() : node.name());
      return new IntegerStep(
          names.unique(name),
          NormalNode.of(node, model),
          form.fused(),
          operands,
          bias,
          form.output(),
          bounds.min(),
          bounds.max());
    }

    private WeightCodes.Weighted weighted(Node node, String weight) {
      boolean gemm = node.is("Gemm");
      float inputScale = params(node.inputs().getFirst()).single().scale();
      return weights.weighted(
          weight,
          config.weight(weight).orElseThrow(),
          gemm ? node.floatAttribute("alpha", 1) : 1,
          node.is("MatMul") ? Optional.empty() : node.input(2),
          gemm ? node.floatAttribute("beta", 1) : 1,
          inputScale);
    }

    /** A constant operand gets all codes of the container of the activation that it meets, over its own range. */
    private CodeTensor constantOperand(String tensor, IntegerForm form) {
      IntegerFormat neighbour = params(form.activations().getFirst()).format();
      IntegerFormat format = new IntegerFormat(neighbour.containerBits(), neighbour.signed(), Scheme.ASYMMETRIC);
      Tensor values = graph.constant(tensor);
      QuantParams params =
          ParameterCalculator.weights(values.floats(), values.shape(), 0, Granularity.TENSOR, new RangeMethod.MinMax(), format);
      return weights.codes(tensor, params);
    }

    private List<FloatIsland> floatIslands(List<List<Node>> groups) {
      Map<String, Set<Integer>> readers = new HashMap<>();
      for (int group = 0; group < groups.size(); group++) {
        for (Node node : groups.get(group)) {
          for (String input : GraphIndex.inputsWithCaptured(node)) {
            readers.computeIfAbsent(input, _ -> new HashSet<>()).add(group);
          }
        }
      }
      Set<String> results = new HashSet<>();
      graph.outputs().stream().map(ValueInfo::name).forEach(results::add);
      List<FloatIsland> islands = new ArrayList<>();
      for (int group = 0; group < groups.size(); group++) {
        int self = group;
        List<Node> nodes = groups.get(group);
        Set<String> written = new LinkedHashSet<>();
        nodes.forEach(node -> node.outputs().stream().filter(output -> !output.isEmpty()).forEach(written::add));
        Set<String> read = new LinkedHashSet<>();
        nodes.forEach(node -> read.addAll(GraphIndex.inputsWithCaptured(node)));
        read.removeIf(tensor -> written.contains(tensor) || graph.isConstant(tensor));
        List<String> outputs =
            written.stream()
                .filter(
                    tensor ->
                        results.contains(tensor)
                            || activations.containsKey(tensor)
                            || readers.getOrDefault(tensor, Set.of()).stream().anyMatch(reader -> reader != self))
                .toList();
        islands.add(new FloatIsland(names.island(nodes), nodes, List.copyOf(read), outputs));
      }
      return islands;
    }

    private Map<String, Tensor> constants(List<FloatIsland> islands, Map<String, CodeTensor> codes) {
      Map<String, Tensor> constants = new LinkedHashMap<>();
      for (FloatIsland island : islands) {
        for (Node node : island.nodes()) {
          for (String input : GraphIndex.inputsWithCaptured(node)) {
            Tensor value = graph.initializers().get(input);
            if (value == null || constants.containsKey(input)) {
              continue;
            }
            Optional<QuantParams> params = config.weight(input);
            if (params.isPresent()) {
              CodeTensor quantized = weights.codes(input, params.get());
              codes.put(input, quantized);
              constants.put(input, TensorQuantizer.dequantizeToTensor(quantized));
            } else {
              Tensor encoded =
                  config.encoded(input).map(other -> Tensor.ofFloats(value.shape(), other.decoded())).orElse(value);
              constants.put(input, encoded);
            }
          }
        }
      }
      return constants;
    }
  }
}
