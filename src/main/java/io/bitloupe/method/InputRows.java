package io.bitloupe.method;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.integer.Windows;
import io.bitloupe.kernel.Window;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Streams what the layers of a model multiply with their weights: for each place of the output one row of as many inputs as the
 * layer has columns (im2col), padding being 0. Of a layer with many places an even share is taken, always the same.
 */
final class InputRows {

  private static final long BATCH_BYTES = 64L << 20;
  private static final int LARGEST_BATCH = 16;

  /** Rows for each column of a layer, so that its second moments have full rank with room to spare. */
  private static final int ROWS_PER_COLUMN = 4;

  private static final int LEAST_ROWS = 2048;
  /** Moves the places from sample to sample. */
  private static final int STRIDE = 7919;

  private InputRows() {}

  /** Receives rows; the array is used again. */
  @FunctionalInterface
  interface Sink {
    /** One row of the group {@code group} of {@code layer}. */
    void accept(Layer layer, int group, float[] row);
  }

  /** Whether the inputs of {@code layer} can be unfolded: matrices, and convolutions over two axes. */
  static boolean isKnown(Layer layer) {
    boolean matrix = layer.weightShape().rank() == 2 && layer.inputShape().rank() >= 2;
    return WeightLayout.isKnown(layer) && (matrix || layer.weightShape().rank() == 4);
  }

  /** Runs {@code model} on the first {@code count} of {@code samples} and hands out the input rows of {@code layers}. */
  static void forEach(Model model, List<Layer> layers, Dataset samples, int count, Sink sink, Progress progress) {
    Set<String> taps = layers.stream().map(Layer::input).collect(Collectors.toSet());
    long bytes = layers.stream().mapToLong(layer -> layer.inputShape().elements()).sum() * Float.BYTES;
    int batchSize = model.batchable() ? Math.clamp(BATCH_BYTES / Math.max(1, bytes), 1, LARGEST_BATCH) : 1;
    int size = Math.min(count, samples.size());
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      for (int first = 0; first < size; first += batchSize) {
        progress.checkCancelled();
        Batch batch = samples.batch(first, Math.min(batchSize, size - first));
        Map<String, Tensor> values = runtime.run(batch.inputs(), batch.size());
        for (Layer layer : layers) {
          Tensor input = Optional.ofNullable(values.get(layer.input())).orElseThrow();
          unfold(layer, input, first, Math.max(1, rows(layer) / size), sink);
        }
        progress.report(first + batch.size(), size);
      }
    }
  }

  private static int rows(Layer layer) {
    return Math.max(LEAST_ROWS, ROWS_PER_COLUMN * WeightLayout.of(layer).columns());
  }

  private static void unfold(Layer layer, Tensor input, int firstSample, int places, Sink sink) {
    float[] values = input.floats();
    if (layer.weightShape().rank() == 4) {
      unfoldImages(layer, input.shape(), values, firstSample, places, sink);
    } else {
      unfoldRows(layer, values, firstSample, places, sink);
    }
  }

  private static void unfoldRows(Layer layer, float[] values, int firstSample, int places, Sink sink) {
    int columns = WeightLayout.of(layer).columns();
    float[] row = new float[columns];
    int perSample = Math.toIntExact(Math.max(1, layer.inputShape().elements() / columns));
    int rows = values.length / columns;
    int taken = Math.min(places, perSample);
    for (int sample = 0; sample < Math.max(1, rows / perSample); sample++) {
      for (int i = 0; i < taken; i++) {
        int place = place(i, taken, perSample, firstSample + sample);
        System.arraycopy(values, (sample * perSample + place) * columns, row, 0, columns);
        sink.accept(layer, 0, row);
      }
    }
  }

  private static int place(int i, int taken, int places, int sample) {
    return (int) (((long) i * places / taken + (long) sample * STRIDE) % places);
  }

  private static void unfoldImages(Layer layer, Shape shape, float[] values, int firstSample, int places, Sink sink) {
    WeightLayout layout = WeightLayout.of(layer);
    int[] kernel = {layer.weightShape().dim(2), layer.weightShape().dim(3)};
    Window window = Windows.of(layer.node(), kernel, layer.inputShape(), layer.outputShape());
    int channels = shape.dim(1);
    int perGroup = channels / layout.groups();
    int outputs = window.outputPixels();
    int taken = Math.min(places, outputs);
    float[] row = new float[layout.columns()];
    for (int sample = 0; sample < shape.dim(0); sample++) {
      for (int i = 0; i < taken; i++) {
        int place = place(i, taken, outputs, firstSample + sample);
        for (int group = 0; group < layout.groups(); group++) {
          int base = (sample * channels + group * perGroup) * window.pixels();
          gather(window, values, base, perGroup, place, row);
          sink.accept(layer, group, row);
        }
      }
    }
  }

  /** Copies what the kernel sees at the output {@code place} of neighbouring planes of H x W from {@code base} on: channels x taps. */
  private static void gather(Window window, float[] values, int base, int channels, int place, float[] row) {
    int at = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int tap = 0; tap < window.taps(); tap++) {
        int y = window.inputRow(place / window.outputWidth(), tap / window.kernelWidth());
        int x = window.inputColumn(place % window.outputWidth(), tap % window.kernelWidth());
        boolean inside = y >= 0 && y < window.height() && x >= 0 && x < window.width();
        row[at++] = inside ? values[base + channel * window.pixels() + y * window.width() + x] : 0;
      }
    }
  }
}
