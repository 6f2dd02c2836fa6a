package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.FormatText;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Lab;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.format.Encoded;
import io.bitloupe.quant.format.SharedWeights;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CentroidTuningTest {

  /** Deep Compression, figure 3: the gradients of the weights, summed by centroid, move the centroids at a rate of 1. */
  @Test
  void gradientsOfAFigureMoveItsCentroids() {
    float[] weights = {2.09f, -.98f, 1.48f, .09f, .05f, -.14f, -1.08f, 2.12f, -.91f, 1.92f, 0, -1.03f, 1.87f, 0, 1.53f, 1.49f};
    float[] gradient = {-.03f, -.01f, .03f, .02f, -.01f, .01f, -.02f, .12f, -.01f, .02f, .04f, .01f, -.07f, -.02f, .01f, -.02f};
    Encoded shared = new SharedWeights(2, SharedWeights.Start.LINEAR).encode(weights, Shape.of(4, 4), 0, Granularity.TENSOR);
    float[] centroids = shared.levels().getFirst();
    int[] codes = new int[weights.length];
    Arrays.setAll(codes, i -> Arrays.binarySearch(centroids, shared.decoded()[i]));
    double[] sums = CentroidTuning.gradient(gradient, codes, 4);
    assertThat(sums).containsExactly(new double[] {-.03, .04, .02, .04}, within(1e-6));
    double[] moved = new double[4];
    Arrays.setAll(moved, k -> centroids[k] - sums[k]);
    assertThat(moved).containsExactly(new double[] {-.97, -.04, 1.48, 1.96}, within(1e-6));
  }

  /** Tuned centroids leave less of the output error, and are what the format makes of the tuned weights again. */
  @Test
  void tunedCentroidsErrLess() {
    Model model = Lab.sample("mobilenetv2-mini");
    SharedWeights format = (SharedWeights) FormatText.parse("kmeans:3");
    QuantConfig config = QuantConfig.uniform(new TensorChoice.Coded(format, Granularity.TENSOR), TensorChoice.FLOAT);
    Subject subject = MethodLab.apply(model, config, "centroid-tuning:samples=16:iterations=30");
    assertThat(subject.effects()).hasSize(subject.layers().size()).allSatisfy(
        effect -> assertThat(effect.after()).isLessThanOrEqualTo(effect.before()));
    assertThat(subject.effects()).anySatisfy(effect -> assertThat(effect.after()).isLessThan(0.7 * effect.before()));
    for (Layer layer : subject.layers()) {
      float[] weights = subject.model().weights(layer).floats();
      assertThat(format.encode(weights, layer.weightShape(), layer.outputChannelAxis(), Granularity.TENSOR).decoded())
          .containsExactly(weights);
    }
    assertThat(subject.reference().graph()).isEqualTo(model.graph());
  }

  @Test
  void needsSharedWeights() {
    assertThatThrownBy(
            () -> MethodLab.apply(Lab.sample("lenet-300-100"), MethodLab.weights(4, Granularity.CHANNEL), "centroid-tuning"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The method centroid-tuning finds no layer with shared weights; say --weight-format kmeans:4.");
  }
}
