package io.bitloupe.data;

import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Pictures that a pipeline turns into inputs when they are asked for. */
final class PictureDataset implements Dataset {

  private final String name;
  private final int size;
  private final PictureSource pictures;
  private final ImagePipeline pipeline;
  private final int[] labels;
  private final List<String> skipped;
  private final List<String> notes;
  private final Lazy<String> digest;

  PictureDataset(
      String name,
      int size,
      PictureSource pictures,
      ImagePipeline pipeline,
      int[] labels,
      List<String> skipped,
      List<String> notes,
      Lazy<String> digest) {
    this.name = name;
    this.size = size;
    this.pictures = pictures;
    this.pipeline = pipeline;
    this.labels = labels;
    this.skipped = List.copyOf(skipped);
    this.notes = List.copyOf(notes);
    this.digest = digest;
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
    List<Pixels> prepared = new ArrayList<>(count);
    for (int index = first; index < first + count; index++) {
      prepared.add(pictures.picture(index));
    }
    Tensor input = pipeline.tensor(prepared);
    int[] classes = hasLabels() ? Arrays.copyOfRange(labels, first, first + count) : new int[0];
    return new Batch(first, count, Map.of(pipeline.inputName(), input), classes);
  }

  @Override
  public String digest() {
    return digest.get();
  }

  @Override
  public List<String> skipped() {
    return skipped;
  }

  @Override
  public List<String> notes() {
    return notes;
  }
}
