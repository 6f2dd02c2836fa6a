package io.bitloupe.method;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How large each channel of a layer's input gets: channels of axis 1 for convolutions, of the last axis for products.
 *
 * @param peak greatest magnitude of each channel
 * @param mean mean magnitude of each channel
 */
record ChannelMagnitudes(double[] peak, double[] mean) {

  private static final int BATCH = 8;

  /** The magnitudes of the inputs of {@code layers} by tensor, over the first {@code count} samples. */
  static Map<String, ChannelMagnitudes> collect(Model model, List<Layer> layers, Dataset samples, int count, Progress progress) {
    Set<String> taps = layers.stream().map(Layer::input).collect(Collectors.toSet());
    Map<String, Layer> byInput = new HashMap<>();
    layers.forEach(layer -> byInput.put(layer.input(), layer));
    Map<String, ChannelMagnitudes> found = new HashMap<>();
    int size = Math.min(count, samples.size());
    int batchSize = model.batchable() ? BATCH : 1;
    Map<String, Long> values = new HashMap<>();
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      for (int first = 0; first < size; first += batchSize) {
        progress.checkCancelled();
        Batch batch = samples.batch(first, Math.min(batchSize, size - first));
        Map<String, Tensor> outputs = runtime.run(batch.inputs(), batch.size());
        byInput.forEach(
            (input, layer) -> {
              Tensor tensor = Optional.ofNullable(outputs.get(input)).orElseThrow();
              int channels = WeightLayout.of(layer).inputs();
              ChannelMagnitudes sums =
                  found.computeIfAbsent(input, _ -> new ChannelMagnitudes(new double[channels], new double[channels]));
              values.merge(input, (long) tensor.elements() / channels, Long::sum);
              sums.add(tensor, isConvolution(layer) ? tensor.shape().product(2, tensor.shape().rank()) : 1);
            });
      }
    }
    found.forEach((input, sums) -> sums.divide(Optional.ofNullable(values.get(input)).orElseThrow()));
    return found;
  }

  private static boolean isConvolution(Layer layer) {
    return layer.kind() == LayerKind.CONV || layer.kind() == LayerKind.DEPTHWISE_CONV;
  }

  private void add(Tensor tensor, int inner) {
    float[] x = tensor.floats();
    for (int i = 0; i < x.length; i++) {
      int channel = i / inner % peak.length;
      double magnitude = Math.abs(x[i]);
      peak[channel] = Math.max(peak[channel], magnitude);
      mean[channel] += magnitude;
    }
  }

  private void divide(long count) {
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= count;
    }
  }
}
