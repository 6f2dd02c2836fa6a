package io.bitloupe.cost;

import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prices a configuration of a model in bytes and bit operations (BitOps = MACs x weight bits x activation bits). */
public final class CostModel {

  private final Model model;
  private final ResolvedConfig config;
  private final LoweredGraph lowered;
  private final Set<String> integerOutputs = new HashSet<>();

  /** A model for {@code lowered}, which {@code config} led to. */
  public CostModel(ResolvedConfig config, LoweredGraph lowered) {
    this.model = lowered.model();
    this.config = config;
    this.lowered = lowered;
    for (var step : lowered.steps()) {
      if (step instanceof IntegerStep integer) {
        integerOutputs.add(integer.node().output());
      }
    }
  }

  /** The whole model. */
  public Cost total() {
    long bitOps = 0;
    long integerMacs = 0;
    for (Layer layer : model.layers()) {
      LayerCost cost = of(layer);
      bitOps += cost.bitOps();
      integerMacs += cost.integer() ? layer.macs() : 0;
    }
    long macs = model.macs();
    List<String> islands =
        lowered.steps().stream().filter(FloatIsland.class::isInstance).map(step -> step.name()).toList();
    return new Cost(
        weightBytes(), floatWeightBytes(model), macs, bitOps, macs == 0 ? 0 : (double) integerMacs / macs, islands);
  }

  /** One layer. */
  public LayerCost of(Layer layer) {
    int activationBits = activationBits(layer.input());
    int weightBits =
        layer.weight().map(this::weightBits).orElse(0);
    int otherBits = layer.weight().isPresent() ? weightBits : activationBits(layer.node().inputs().get(1));
    long bytes =
        layer.weight().map(this::weightBytes).orElse(0L)
            + layer.bias().map(bias -> WeightCost.ofFloat(elements(bias))).orElse(0L);
    return new LayerCost(
        weightBits,
        activationBits,
        bytes,
        layer.macs() * activationBits * otherBits,
        integerOutputs.contains(layer.node().output()));
  }

  /** What {@code layer} computes and moves. */
  public LayerWork work(Layer layer) {
    LayerCost cost = of(layer);
    int otherBits = layer.weight().isPresent() ? cost.weightBits() : activationBits(layer.node().inputs().get(1));
    return LayerWork.of(
        layer,
        otherBits,
        cost.activationBits(),
        activationBits(layer.output()),
        layer.weight().flatMap(config::weight).map(params -> params.granularity()));
  }

  /** Bytes of all floating-point constants of the folded {@code model}, a shared one counted once. */
  public static long floatWeightBytes(Model model) {
    return WeightCost.ofFloat(model.parameters());
  }

  private int weightBits(String weight) {
    return config
        .weight(weight)
        .map(params -> params.format().bits())
        .or(() -> config.encoded(weight).map(_ -> config.config().weightChoice(weight).bits()))
        .orElse(Float.SIZE);
  }

  private long weightBytes() {
    long bytes = 0;
    for (Map.Entry<String, Tensor> constant : model.graph().initializers().entrySet()) {
      if (constant.getValue().type().isFloatingPoint()) {
        bytes += weightBytes(constant.getKey());
      }
    }
    return bytes;
  }

  private long weightBytes(String initializer) {
    long elements = elements(initializer);
    return config
        .weight(initializer)
        .map(params -> WeightCost.ofQuantized(elements, params))
        .or(() -> config.encoded(initializer).map(encoded -> Math.ceilDiv(encoded.bits(), Byte.SIZE)))
        .orElseGet(() -> WeightCost.ofFloat(elements));
  }

  private long elements(String initializer) {
    Tensor tensor = model.graph().initializers().get(initializer);
    return tensor == null ? 0 : tensor.shape().elements();
  }

  private int activationBits(String tensor) {
    return lowered.activations().containsKey(tensor)
        ? lowered.activations().get(tensor).format().bits()
        : Float.SIZE;
  }
}
