package io.bitloupe.engine;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * What the float model answers on the report samples, computed once for each batch and kept: its outputs for every batch, and
 * the outputs of all layers for the first batches, on which each layer's noise is measured. Thread-safe.
 */
final class FloatReference implements AutoCloseable {

  /** Samples on which the signal-to-noise ratio of each layer's output is measured, memory permitting. */
  static final int LAYER_SAMPLES = 32;

  private static final long CACHE_BYTES = 512L << 20;
  private static final long LAYER_BYTES = 64L << 20;

  private final long cacheBytes;
  private final Dataset samples;
  private final BatchGrid grid;
  private final int layerBatches;
  private final int layerSamples;
  private final FloatRuntime outputs;
  private final Model transformed;
  private final Map<Integer, Batch> inputs = new ConcurrentHashMap<>();
  private final AtomicLong cachedBytes = new AtomicLong();
  private final Map<Integer, Map<String, Tensor>> results = new ConcurrentHashMap<>();
  private final Map<Integer, Map<String, Tensor>> layerResults = new ConcurrentHashMap<>();

  /**
   * @param model the model that gives the outputs
   * @param transformed a model of equal outputs that gives those of the layers
   */
  FloatReference(Model model, Model transformed, Dataset samples) {
    this(model, transformed, samples, CACHE_BYTES);
  }

  FloatReference(Model model, Model transformed, Dataset samples, long cacheBytes) {
    this.cacheBytes = cacheBytes;
    this.transformed = transformed;
    this.samples = samples;
    this.grid = BatchGrid.forOutputs(model, samples.size());
    long sampleBytes = Float.BYTES * model.layers().stream().mapToLong(layer -> layer.outputShape().elements()).sum();
    this.layerSamples = Math.clamp(LAYER_BYTES / Math.max(1, sampleBytes), 1, LAYER_SAMPLES);
    this.layerBatches = Math.max(1, layerSamples / grid.batchSize());
    // The float model holds many times what the integers do, and gains nothing from larger batches.
    this.outputs = FloatRuntime.inParts(model, Set.of(), BatchGrid.of(model, samples.size()).batchSize());
  }

  /** What a budget of kept activations leaves for those of the integers: the outputs of the float layers are kept as well. */
  static long budgetBeside(long activationBytes) {
    return activationBytes - Math.min(LAYER_BYTES, activationBytes / 2);
  }

  BatchGrid grid() {
    return grid;
  }

  /** The samples of batch {@code index}; decoded once while they fit the cache. */
  Batch batch(int index) {
    Batch cached = inputs.get(index);
    if (cached != null) {
      return cached;
    }
    Batch read = samples.batch(grid.first(index), grid.size(index));
    return keep(inputs, index, read, read.inputs().values());
  }

  /** The float model's outputs for batch {@code index}; computed once while they fit the cache. */
  Map<String, Tensor> outputs(int index) {
    Map<String, Tensor> cached = results.get(index);
    if (cached != null) {
      return cached;
    }
    Map<String, Tensor> computed = outputs.run(batch(index).inputs(), grid.size(index));
    return keep(results, index, computed, computed.values());
  }

  /** Keeps what was made of batch {@code index} while its {@code tensors} fit the cache; two threads may have made it at once. */
  private <T> T keep(Map<Integer, T> kept, int index, T made, Collection<Tensor> tensors) {
    long bytes = tensors.stream().mapToLong(tensor -> tensor.data().limit()).sum();
    if (cachedBytes.addAndGet(bytes) > cacheBytes) {
      cachedBytes.addAndGet(-bytes);
      return made;
    }
    T earlier = kept.putIfAbsent(index, made);
    if (earlier == null) {
      return made;
    }
    cachedBytes.addAndGet(-bytes);
    return earlier;
  }

  /** Number of batches, from the first, on which layers are measured. */
  int layerBatches() {
    return layerBatches;
  }

  /** On how many samples of batch {@code index}, from its first, layers are measured. */
  int layerSamples(int index) {
    return Math.min(layerSamples, grid.size(index));
  }

  /** The float outputs of all layers for the first samples of batch {@code index}, by tensor name. */
  Map<String, Tensor> layers(int index) {
    return layerResults.computeIfAbsent(index, this::computeLayers);
  }

  /** A few batches in the life of this: a session that stayed open would keep the memory of its runs. */
  private Map<String, Tensor> computeLayers(int index) {
    int count = layerSamples(index);
    Set<String> taps = transformed.layers().stream().map(Layer::output).collect(Collectors.toUnmodifiableSet());
    try (FloatRuntime layers = FloatRuntime.inParts(transformed, taps, 1)) {
      return layers.run(SampleRange.first(batch(index), count).inputs(), count);
    }
  }

  /** Bytes of inputs and outputs that are kept. */
  long cachedBytes() {
    return cachedBytes.get();
  }

  @Override
  public void close() {
    outputs.close();
  }
}
