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

/** Measures the mean of each output channel of layers, before what is fused behind them. */
final class ChannelMeans {

  private static final int BATCH = 16;

  private ChannelMeans() {}

  /** The means by layer name, over the first {@code count} samples. */
  static Map<String, double[]> measure(Model model, List<Layer> layers, Dataset samples, int count, Progress progress) {
    Set<String> taps = layers.stream().map(layer -> layer.node().output()).collect(Collectors.toSet());
    Map<String, double[]> sums = new HashMap<>();
    int size = Math.min(count, samples.size());
    int batchSize = model.batchable() ? BATCH : 1;
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      for (int first = 0; first < size; first += batchSize) {
        progress.checkCancelled();
        Batch batch = samples.batch(first, Math.min(batchSize, size - first));
        Map<String, Tensor> values = runtime.run(batch.inputs(), batch.size());
        double share = (double) batch.size() / size;
        for (Layer layer : layers) {
          Tensor tensor = Optional.ofNullable(values.get(layer.node().output())).orElseThrow();
          add(sums.computeIfAbsent(layer.name(), _ -> new double[layer.outputChannels()]), layer, tensor, share);
        }
      }
    }
    return sums;
  }

  private static void add(double[] sums, Layer layer, Tensor tensor, double share) {
    float[] values = tensor.floats();
    boolean convolution = layer.kind() == LayerKind.CONV || layer.kind() == LayerKind.DEPTHWISE_CONV;
    int inner = convolution ? tensor.shape().product(2, tensor.shape().rank()) : 1;
    double weight = share * sums.length / values.length;
    for (int i = 0; i < values.length; i++) {
      sums[i / inner % sums.length] += weight * values[i];
    }
  }
}
