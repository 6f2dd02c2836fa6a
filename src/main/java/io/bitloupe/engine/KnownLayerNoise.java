package io.bitloupe.engine;

import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.metric.SignalNoise;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers the noise of layers that an incremental run skips because nothing changed before them. Thread-safe. */
final class KnownLayerNoise {

  private record Key(int batch, int samples, String provenance) {}

  private final Model model;
  private final Map<Key, SignalNoise> known = new ConcurrentHashMap<>();

  KnownLayerNoise(Model model) {
    this.model = model;
  }

  /** Adds to {@code noise} what earlier runs saw of layers that this one skipped, and remembers the others. */
  void complete(LayerNoise noise, IntegerRuntime runtime, int batch, int samples) {
    for (Layer layer : model.layers()) {
      runtime
          .provenance(layer.output())
          .ifPresent(
              provenance -> {
                Key key = new Key(batch, samples, provenance);
                Optional<SignalNoise> seen = noise.of(layer.output());
                seen.ifPresent(measured -> known.putIfAbsent(key, measured));
                SignalNoise earlier = known.get(key);
                if (seen.isEmpty() && earlier != null) {
                  noise.put(layer.output(), earlier);
                }
              });
    }
  }
}
