package io.bitloupe.data;

import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Samples in arrays, one for each model input, in memory. */
public final class ArrayDataset implements Dataset {

  private final String name;
  private final int size;
  private final Map<String, SampleArray> arrays;
  private final int[] labels;
  private final Lazy<String> digest = new Lazy<>(this::computeDigest);

  /** With labels, one for each sample, or with none at all. */
  ArrayDataset(String name, int size, Map<String, SampleArray> arrays, int[] labels) {
    this.name = name;
    this.size = size;
    this.arrays = arrays;
    this.labels = labels;
  }

  /**
   * Samples without classes that were made, not read.
   *
   * @param inputs a tensor for each input of {@code model}, of its type and with {@code size} samples along the leading dimension
   */
  public static ArrayDataset made(String name, Model model, int size, Map<String, Tensor> inputs) {
    Map<String, SampleArray> arrays = new LinkedHashMap<>();
    for (ModelInput input : ModelInput.of(model)) {
      Tensor values = Optional.ofNullable(inputs.get(input.name())).orElseThrow();
      arrays.put(input.name(), new SampleArray(input, values, SampleArray.Form.LEADING));
    }
    return new ArrayDataset(name, size, arrays, new int[0]);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean hasLabels() {
    return labels.length > 0;
  }

  @Override
  public Batch batch(int first, int count) {
    Objects.checkFromIndexSize(first, count, size);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    arrays.forEach((input, array) -> inputs.put(input, array.slice(first, count)));
    return new Batch(first, count, inputs, hasLabels() ? Arrays.copyOfRange(labels, first, first + count) : new int[0]);
  }

  @Override
  public String digest() {
    return digest.get();
  }

  private String computeDigest() {
    ContentDigest content = new ContentDigest();
    arrays.forEach(
        (input, array) ->
            content
                .add(input)
                .add(array.values().type() + " " + array.values().shape() + " " + array.form())
                .add(array.values().buffer()));
    return content.add(labels).hex();
  }

  @Override
  public List<String> skipped() {
    return List.of();
  }
}
