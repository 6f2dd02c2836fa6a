package io.bitloupe.engine;

import io.bitloupe.data.Batch;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.StepStore;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.util.RecentlyUsed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Measures the noise of layer outputs, and remembers that of layers before which nothing changes. Thread-safe. */
final class KnownLayerNoise {

  /** Configurations whose noise is remembered. */
  private static final int KEPT_CONFIGURATIONS = 8;

  private record Key(int batch, int samples, String provenance) {}

  private final Model model;
  private final RecentlyUsed<Key, SignalNoise> known = new RecentlyUsed<>();

  KnownLayerNoise(Model model) {
    this.model = model;
  }

  /**
   * The noise of every layer that {@code runtime} runs in integers.
   *
   * @param index index of {@code batch}
   * @param reference float outputs of the layers for the same samples
   * @param store what was computed for the same samples before
   */
  LayerNoise measure(IntegerRuntime runtime, int index, Batch batch, Map<String, Tensor> reference, StepStore store) {
    Map<String, SignalNoise> found = new HashMap<>();
    Set<String> wanted = new HashSet<>();
    for (Layer layer : model.layers()) {
      Optional<SignalNoise> earlier = key(runtime, layer, index, batch).flatMap(known::find);
      earlier.ifPresentOrElse(noise -> found.put(layer.output(), noise), () -> wanted.add(layer.output()));
    }
    LayerNoise noise = new LayerNoise(reference, wanted);
    if (!wanted.isEmpty()) {
      runtime.run(batch.inputs(), batch.size(), noise, store);
    }
    for (Layer layer : model.layers()) {
      noise.of(layer.output()).ifPresent(seen -> key(runtime, layer, index, batch).ifPresent(key -> known.get(key, _ -> seen)));
    }
    found.forEach(noise::put);
    return noise;
  }

  /** Forgets what was not used for longest. */
  void trim(int batches) {
    known.trim(KEPT_CONFIGURATIONS * batches * model.layers().size());
  }

  private static Optional<Key> key(IntegerRuntime runtime, Layer layer, int index, Batch batch) {
    return runtime.provenance(layer.output()).map(provenance -> new Key(index, batch.size(), provenance));
  }
}
