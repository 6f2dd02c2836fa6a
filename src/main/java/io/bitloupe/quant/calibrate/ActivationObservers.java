package io.bitloupe.quant.calibrate;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An observer for each activation of a model. Not thread-safe: each thread fills its own set, then the sets are merged. The
 * result does not depend on how samples were batched or shared among threads.
 */
public final class ActivationObservers {

  private final Map<String, StreamingObserver> observers = new LinkedHashMap<>();
  private int samples;
  /** Values of one tensor, kept from one to the next: tensors are megabytes, and there are a hundred for each batch. */
  private float[] values = {};

  /**
   * Watches the activations of a batch. Tensors of other types than FLOAT are ignored.
   *
   * @param activations tensors by name; those whose leading dimension is a multiple of {@code batch} hold the samples one after
   *     the other, the others are one chunk of no sample
   * @param batch number of samples
   * @param firstSample number of the first of them
   */
  public void accept(Map<String, Tensor> activations, int batch, int firstSample) {
    activations.forEach((name, tensor) -> accept(name, tensor, batch, firstSample));
    count(batch);
  }

  /** Watches one activation of a batch, as {@link #accept(Map, int, int)} does; {@link #count} the batch after its last one. */
  public void accept(String name, Tensor tensor, int batch, int firstSample) {
    if (tensor.type() == DataType.FLOAT) {
      observe(observer(name), tensor, batch, firstSample);
    }
  }

  /** Counts the samples of a batch. */
  public void count(int batch) {
    samples += batch;
  }

  private void observe(StreamingObserver observer, Tensor tensor, int batch, int firstSample) {
    int count = tensor.elements();
    if (values.length < count) {
      values = new float[count];
    }
    tensor.buffer().asFloatBuffer().get(values, 0, count);
    if (tensor.shape().rank() == 0 || tensor.shape().dim(0) % batch != 0) {
      observer.accept(values, 0, count);
      return;
    }
    int chunk = count / batch;
    for (int from = 0; chunk > 0 && from < count; from += chunk) {
      observer.accept(values, from, from + chunk, firstSample + from / chunk);
    }
  }

  /** The observer of the activation {@code name}, made when it is new. */
  public StreamingObserver observer(String name) {
    return observers.computeIfAbsent(name, absent -> new StreamingObserver());
  }

  /** Adds what {@code other} has seen. */
  public void merge(ActivationObservers other) {
    other.observers.forEach((name, observer) -> observer(name).merge(observer));
    samples += other.samples;
  }

  /** Number of samples seen. */
  public int samples() {
    return samples;
  }

  /**
   * What was seen so far, activations in the order in which they first came.
   *
   * @param dataDigest digest of the samples
   */
  public Calibration toCalibration(String dataDigest) {
    Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
    observers.forEach((name, observer) -> statistics.put(name, observer.statistics()));
    return new Calibration(statistics, samples, dataDigest);
  }
}
