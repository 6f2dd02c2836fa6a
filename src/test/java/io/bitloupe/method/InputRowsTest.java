package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRowsTest {

  /** Weights times the mean row, plus the bias, is the mean of the output channel over the places that were taken. */
  @ParameterizedTest
  @ValueSource(strings = {"mobilenetv2-mini", "resnet-14", "vit-tiny", "lenet-5"})
  void rowsTimesWeightsAreTheOutputs(String name) {
    Model model = Lab.sample(name);
    Subject subject = MethodLab.subject(model, MethodLab.weights(8, io.bitloupe.quant.Granularity.TENSOR));
    List<Layer> layers = subject.layers().stream().filter(InputRows::isKnown).toList();
    assertThat(layers).hasSizeGreaterThan(3);
    Dataset samples = MethodLab.samples(model);
    Map<String, double[]> sums = new HashMap<>();
    Map<String, long[]> counts = new HashMap<>();
    InputRows.forEach(
        model,
        layers,
        samples,
        2,
        (layer, group, row) -> {
          WeightLayout layout = WeightLayout.of(layer);
          double[] sum = sums.computeIfAbsent(layer.name(), _ -> new double[layout.outputs()]);
          counts.computeIfAbsent(layer.name(), _ -> new long[layout.groups()])[group]++;
          float[] weights = model.weights(layer).floats();
          for (int o = 0; o < layout.outputs(); o++) {
            if (layout.group(o) == group) {
              for (int k = 0; k < row.length; k++) {
                sum[o] += row[k] * (double) weights[layout.index(o, k)];
              }
            }
          }
        },
        Progress.NONE);
    Set<String> taps = layers.stream().map(layer -> layer.node().output()).collect(Collectors.toSet());
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      Batch batch = samples.batch(0, 2);
      var outputs = runtime.run(batch.inputs(), 2);
      for (Layer layer : layers) {
        WeightLayout layout = WeightLayout.of(layer);
        float[] values = Objects.requireNonNull(outputs.get(layer.node().output())).floats();
        int places = layer.weightShape().rank() == 4 ? values.length / 2 / layout.outputs() : 1;
        double[] mean = new double[layout.outputs()];
        for (int i = 0; i < values.length; i++) {
          mean[i / places % layout.outputs()] += values[i] * (double) layout.outputs() / values.length;
        }
        double[] sum = Objects.requireNonNull(sums.get(layer.name()));
        long count = Objects.requireNonNull(counts.get(layer.name()))[0];
        float[] bias = layer.bias().map(b -> model.graph().constant(b).floats()).orElse(new float[layout.outputs()]);
        for (int o = 0; o < layout.outputs(); o++) {
          assertThat(sum[o] / count + bias[o]).as(layer.name() + " channel " + o)
              .isCloseTo(mean[o], within(2e-3 + 1e-3 * Math.abs(mean[o])));
        }
      }
    }
  }
}
