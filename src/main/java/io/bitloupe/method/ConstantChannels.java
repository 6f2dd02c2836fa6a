package io.bitloupe.method;

import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Node;
import java.util.Arrays;
import java.util.Optional;

/**
 * Output channels whose weights are all 0 have the constant value of their bias. Trained networks have some, and the weights that
 * read them are often the greatest of their layer, since nothing held them back: with one scale for the tensor they leave no
 * codes for the others. Where the next layer has no padding the constant moves into its biases, and where it is 0 it goes;
 * either way the weights that read it become 0. The float function stays.
 */
final class ConstantChannels {

  private ConstantChannels() {}

  /** Folds the constant channels of the first layer into the second; all arrays are changed in place. */
  static void fold(ScalePair pair, Graph graph, float[] w1, float[] b1, float[] w2, Optional<float[]> b2) {
    WeightLayout first = WeightLayout.of(pair.first());
    WeightLayout second = WeightLayout.of(pair.second());
    for (int c = 0; c < first.outputs(); c++) {
      Optional<Float> value = isZero(first, w1, c) ? through(pair, graph, b1[c]) : Optional.empty();
      boolean goes = value.isPresent() && value.get() == 0;
      boolean folds = value.isPresent() && b2.isPresent() && !isPadded(pair.second());
      if (goes || folds) {
        move(pair, second, c, value.get(), w2, b2);
        b1[c] = 0;
      }
    }
  }

  private static void move(ScalePair pair, WeightLayout second, int channel, float value, float[] w2, Optional<float[]> b2) {
    for (int o = 0; o < second.outputs(); o++) {
      double sum = 0;
      for (int k = 0; k < second.columns(); k++) {
        int at = second.index(o, k);
        if (pair.channel(second.input(o, k)) == channel) {
          sum += (double) w2[at] * value;
          w2[at] = 0;
        }
      }
      if (value != 0) {
        b2.orElseThrow()[o] = (float) (b2.orElseThrow()[o] + sum);
      }
    }
  }

  private static boolean isZero(WeightLayout layout, float[] weights, int output) {
    for (int k = 0; k < layout.columns(); k++) {
      if (weights[layout.index(output, k)] != 0) {
        return false;
      }
    }
    return true;
  }

  /** What {@code value} becomes between the layers; empty where that depends on the place. */
  private static Optional<Float> through(ScalePair pair, Graph graph, float value) {
    float current = value;
    for (Node node : pair.between()) {
      if (node.is("Relu")) {
        current = Math.max(0, current);
      } else if (ScalePair.isReluLike(node, graph)) {
        current = Math.clamp(current, 0, ScalePair.bound(node, 2, graph, Float.MAX_VALUE));
      } else if (!node.is("GlobalAveragePool") && !node.is("GlobalMaxPool") && !node.is("Flatten") && !node.is("Identity")) {
        return Optional.empty();
      }
    }
    return Optional.of(current);
  }

  /** Whether sums of {@code layer} at the border see fewer inputs than others. */
  static boolean isPadded(Layer layer) {
    boolean explicit = Arrays.stream(layer.node().intsAttribute("pads")).anyMatch(pad -> pad != 0);
    return explicit || layer.node().stringAttribute("auto_pad", "NOTSET").startsWith("SAME") && WeightLayout.of(layer).kernel() > 1;
  }
}
