package io.bitloupe.method.gradient;

import io.bitloupe.kernel.Window;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Reverse-mode differentiation of a network with respect to its tensors: from derivatives of a loss by some tensors to those by
 * the inputs. What the tensors hold is given, so that any runtime can compute the network itself. Without state.
 */
public final class Backward {

  /** The operators that are known. */
  public static final Set<String> OPERATORS =
      Set.of("Conv", "Relu", "Clip", "Add", "MaxPool", "GlobalAveragePool", "Flatten", "Reshape", "Gemm", "Identity");

  private final Graph graph;

  /** Differentiates {@code graph}. */
  public Backward(Graph graph) {
    this.graph = graph;
  }

  /**
   * The derivatives of a loss by the inputs of the network. Those by the tensors between are let go of on the way.
   *
   * @param values what each tensor holds, constants left out, samples along the leading dimension
   * @param seeds derivatives of the loss by some tensors, as far as the loss depends on them directly
   * @throws InvalidInputException when an operator on the way is not known, which it names
   */
  public Map<String, float[]> run(Map<String, Tensor> values, Map<String, float[]> seeds) {
    Map<String, float[]> slopes = new HashMap<>();
    seeds.forEach((tensor, slope) -> slopes.put(tensor, slope.clone()));
    List<Node> nodes = graph.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      float[] slope = slopes.remove(node.output());
      if (slope != null) {
        step(node, values, slopes, slope);
      }
    }
    return slopes;
  }

  private void step(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    switch (node.opType()) {
      case "Conv" -> conv(node, values, slopes, slope);
      case "Relu", "Clip" -> clamp(node, values, slopes, slope);
      case "Add" -> add(node, values, slopes, slope);
      case "MaxPool" -> maxPool(node, values, slopes, slope);
      case "GlobalAveragePool" -> averagePool(node, values, slopes, slope);
      case "Gemm" -> gemm(node, values, slopes, slope);
      case "Flatten", "Reshape", "Identity" -> sum(into(slopes, values, node.inputs().getFirst()), slope);
      default ->
          throw new InvalidInputException(
              "The operator %s, which writes '%s', cannot be differentiated; only %s can."
                  .formatted(node.opType(), node.output(), String.join(", ", OPERATORS.stream().sorted().toList())));
    }
  }

  private static Tensor value(Map<String, Tensor> values, String tensor) {
    return Optional.ofNullable(values.get(tensor)).orElseThrow(() -> new NoSuchElementException("no value of " + tensor));
  }

  private static float[] into(Map<String, float[]> slopes, Map<String, Tensor> values, String tensor) {
    return slopes.computeIfAbsent(tensor, name -> new float[Math.toIntExact(value(values, name).shape().elements())]);
  }

  private static void sum(float[] into, float[] slope) {
    for (int i = 0; i < into.length; i++) {
      into[i] += slope[i];
    }
  }

  /** What passes between the bounds keeps its slope. */
  private void clamp(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    float low = node.is("Relu") ? 0 : bound(node, 1, Float.NEGATIVE_INFINITY);
    float high = node.is("Relu") ? Float.POSITIVE_INFINITY : bound(node, 2, Float.POSITIVE_INFINITY);
    String input = node.inputs().getFirst();
    float[] x = value(values, input).floats();
    float[] into = into(slopes, values, input);
    for (int i = 0; i < x.length; i++) {
      into[i] += x[i] > low && x[i] < high ? slope[i] : 0;
    }
  }

  private float bound(Node node, int index, float standard) {
    return node.input(index).flatMap(graph::findConstant).map(constant -> constant.floats()[0]).orElse(standard);
  }

  private void add(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    for (String input : node.inputs()) {
      if (!graph.isConstant(input)) {
        float[] into = into(slopes, values, input);
        if (into.length != slope.length) {
          throw new InvalidInputException(
              "The Add that writes '%s' repeats '%s', which cannot be differentiated.".formatted(node.output(), input));
        }
        sum(into, slope);
      }
    }
  }

  private void averagePool(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    String input = node.inputs().getFirst();
    float[] into = into(slopes, values, input);
    int plane = into.length / slope.length;
    for (int i = 0; i < into.length; i++) {
      into[i] += slope[i / plane] / plane;
    }
  }

  private void gemm(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    Tensor weights = graph.constant(node.inputs().get(1));
    boolean transposed = node.intAttribute("transB", 0) != 0;
    int outputs = weights.shape().dim(transposed ? 0 : 1);
    int inputs = weights.shape().dim(transposed ? 1 : 0);
    float[] w = weights.floats();
    float alpha = node.floatAttribute("alpha", 1);
    float[] into = into(slopes, values, node.inputs().getFirst());
    for (int n = 0; n < slope.length / outputs; n++) {
      for (int o = 0; o < outputs; o++) {
        float s = slope[n * outputs + o] * alpha;
        for (int k = 0; k < inputs; k++) {
          into[n * inputs + k] += s * w[transposed ? o * inputs + k : k * outputs + o];
        }
      }
    }
  }

  private void maxPool(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    String input = node.inputs().getFirst();
    Shape out = value(values, node.output()).shape();
    Planes planes = Planes.of(node, value(values, input).shape(), out, node.intsAttribute("kernel_shape"));
    float[] x = value(values, input).floats();
    float[] into = into(slopes, values, input);
    Window window = planes.window();
    int outputs = window.outputPixels();
    for (int i = 0; i < slope.length; i++) {
      int base = i / outputs * window.pixels();
      int best = -1;
      for (int ky = 0; ky < window.kernelHeight(); ky++) {
        for (int kx = 0; kx < window.kernelWidth(); kx++) {
          int at = planes.position(i % outputs, ky, kx);
          if (at >= 0 && (best < 0 || x[base + at] > x[base + best])) {
            best = at;
          }
        }
      }
      if (best >= 0) {
        into[base + best] += slope[i];
      }
    }
  }

  private void conv(Node node, Map<String, Tensor> values, Map<String, float[]> slopes, float[] slope) {
    Tensor weights = graph.constant(node.inputs().get(1));
    String input = node.inputs().getFirst();
    Shape in = value(values, input).shape();
    Shape out = value(values, node.output()).shape();
    if (in.rank() != 4) {
      throw new InvalidInputException("The Conv that writes '%s' is not over two axes.".formatted(node.output()));
    }
    Planes planes = Planes.of(node, in, out, weights.shape().dim(2), weights.shape().dim(3));
    int groups = (int) node.intAttribute("group", 1);
    int perGroup = out.dim(1) / groups;
    int channels = in.dim(1) / groups;
    float[] w = weights.floats();
    float[] into = into(slopes, values, input);
    Window window = planes.window();
    int taps = window.taps();
    for (int n = 0; n < in.dim(0); n++) {
      for (int o = 0; o < out.dim(1); o++) {
        int from = (n * out.dim(1) + o) * window.outputPixels();
        for (int c = 0; c < channels; c++) {
          int to = (n * in.dim(1) + o / perGroup * channels + c) * window.pixels();
          for (int tap = 0; tap < taps; tap++) {
            planes.scatter(slope, from, w[(o * channels + c) * taps + tap], tap, into, to);
          }
        }
      }
    }
  }
}
