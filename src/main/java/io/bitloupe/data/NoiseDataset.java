package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Samples without any data: pixels drawn evenly from 0 to 1, preprocessed as pictures are. The same count always gives the same
 * samples. They show what a model does with inputs of the right size, not of the right kind.
 */
public final class NoiseDataset implements Dataset {

  /** What says on a command line that noise is meant. */
  public static final String NAME = "noise";

  private static final long SEED = 20200101;

  private final List<TensorInfo> inputs;
  private final List<Float> means;
  private final List<Float> deviations;
  private final int size;

  private NoiseDataset(List<TensorInfo> inputs, List<Float> means, List<Float> deviations, int size) {
    this.inputs = inputs;
    this.means = means;
    this.deviations = deviations;
    this.size = size;
  }

  /**
   * {@code size} samples for {@code model}.
   *
   * @throws InvalidInputException when the model reads other things than real numbers
   */
  public static NoiseDataset of(Model model, Optional<Preprocessing> preprocessing, int size) {
    List<TensorInfo> inputs = model.graph().inputs().stream().map(ValueInfo::name).map(model::tensor).toList();
    inputs.stream()
        .filter(input -> input.type() != DataType.FLOAT)
        .findFirst()
        .ifPresent(
            input -> {
              throw new InvalidInputException(
                  "%s cannot be fed with noise: its input '%s' holds no 32-bit floating-point numbers."
                      .formatted(model.fileName(), input.name()));
            });
    return new NoiseDataset(
        inputs,
        preprocessing.map(Preprocessing::mean).orElse(List.of(0f)),
        preprocessing.map(Preprocessing::std).orElse(List.of(1f)),
        size);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean hasLabels() {
    return false;
  }

  @Override
  public Batch batch(int first, int count) {
    Objects.checkFromIndexSize(first, count, size);
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (TensorInfo input : inputs) {
      int one = Math.toIntExact(input.shape().elements());
      float[] noise = new float[one * count];
      for (int sample = 0; sample < count; sample++) {
        fill(input.shape(), noise, sample * one, new SplittableRandom(SEED + first + sample));
      }
      values.put(input.name(), Tensor.ofFloats(shape(input, count), noise));
    }
    return new Batch(first, count, values, new int[0]);
  }

  private static Shape shape(TensorInfo input, int count) {
    int[] dims = new int[input.shape().rank()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = input.shape().dim(axis) * (axis == 0 ? count : 1);
    }
    return Shape.of(dims);
  }

  /** Channels lie along axis 1 (N, C, H, W) unless only the last axis has as many as there are means. */
  private void fill(Shape shape, float[] noise, int from, SplittableRandom random) {
    int channels = means.size();
    boolean last = shape.rank() == 4 && shape.dim(1) != channels && shape.dim(-1) == channels;
    int inner = last || shape.rank() < 3 ? 1 : shape.product(2, shape.rank());
    int length = Math.toIntExact(shape.elements());
    for (int i = 0; i < length; i++) {
      int channel = i / inner % channels;
      noise[from + i] = ((float) random.nextDouble() - means.get(channel)) / deviations.get(channel % deviations.size());
    }
  }

  @Override
  public String digest() {
    return new ContentDigest().add(NAME).add(size + " " + means + " " + deviations + " " + inputs).hex();
  }

  @Override
  public List<String> skipped() {
    return List.of();
  }
}
