package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Samples that need no data: values from 0 to 1 that are drawn at random, then preprocessed as pictures are. Sample i of a kind is
 * always the same.
 */
public final class SyntheticDataset implements Dataset {

  private static final long SEED = 20200101;

  /** Lengths of an axis of colours: gray, three colours, with transparency. */
  private static final Set<Integer> COLOURS = Set.of(1, 3, 4);

  /** What is drawn. */
  public enum Kind {
    /** Every value by itself, evenly. */
    NOISE("noise"),
    /** Pictures of leaves on leaves, whose edges and even places are like those of photographs. */
    LEAVES("leaves");

    private final String id;

    Kind(String id) {
      this.id = id;
    }
  }

  private final Kind kind;
  private final List<TensorInfo> inputs;
  private final Optional<Preprocessing.Layout> layout;
  private final List<Float> means;
  private final List<Float> deviations;
  private final int size;

  private SyntheticDataset(Kind kind, List<TensorInfo> inputs, Optional<Preprocessing> preprocessing, int size) {
    this.kind = kind;
    this.inputs = inputs;
    this.layout = preprocessing.map(Preprocessing::layout);
    this.means = preprocessing.orElseGet(Preprocessing::unit).mean();
    this.deviations = preprocessing.orElseGet(Preprocessing::unit).std();
    this.size = size;
  }

  /**
   * {@code size} samples for {@code model}. Without preprocessing, which axis of an input counts the colours is seen by its length
   * of 1, 3 or 4; it is the second one where both or neither may be.
   *
   * @throws InvalidInputException when the model reads other things than real numbers, or no pictures where pictures are drawn
   */
  public static SyntheticDataset of(Kind kind, Model model, Optional<Preprocessing> preprocessing, int size) {
    List<TensorInfo> inputs = model.graph().inputs().stream().map(input -> model.tensor(input.name())).toList();
    for (TensorInfo input : inputs) {
      if (input.type() != DataType.FLOAT) {
        throw refusal(kind, model, input, "holds no 32-bit floating-point numbers");
      }
      if (kind == Kind.LEAVES && input.shape().rank() != 4) {
        throw refusal(kind, model, input, "takes no pictures");
      }
    }
    return new SyntheticDataset(kind, inputs, preprocessing, size);
  }

  private static InvalidInputException refusal(Kind kind, Model model, TensorInfo input, String reason) {
    return new InvalidInputException(
        "%s cannot be fed with %s: its input '%s' %s.".formatted(model.fileName(), kind.id, input.name(), reason));
  }

  @Override
  public String name() {
    return kind.id;
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
      float[] drawn = new float[one * count];
      for (int sample = 0; sample < count; sample++) {
        draw(input.shape(), drawn, sample * one, new SplittableRandom(SEED + first + sample));
      }
      int[] dims = input.shape().toArray();
      dims[0] *= count;
      values.put(input.name(), Tensor.ofFloats(Shape.of(dims), drawn));
    }
    return new Batch(first, count, values, new int[0]);
  }

  /** Writes one sample of {@code shape} from {@code from} on. */
  private void draw(Shape shape, float[] values, int from, SplittableRandom random) {
    boolean picture = shape.rank() == 4;
    boolean channelsLast = picture && isChannelsLast(shape);
    int axis = channelsLast ? 3 : 1;
    int channels = picture ? shape.dim(axis) : 1;
    int inner = picture && !channelsLast ? shape.product(2, 4) : 1;
    int length = Math.toIntExact(shape.elements());
    float[][] planes =
        kind == Kind.LEAVES
            ? DeadLeaves.paint(channels, shape.dim(channelsLast ? 1 : 2), shape.dim(channelsLast ? 2 : 3), random)
            : new float[0][];
    for (int i = 0; i < length; i++) {
      int channel = i / inner % channels;
      int place = channelsLast ? i / channels : i % inner;
      float value = kind == Kind.LEAVES ? planes[channel][place] : (float) random.nextDouble();
      values[from + i] = (value - of(means, channel)) / of(deviations, channel);
    }
  }

  private boolean isChannelsLast(Shape shape) {
    return layout
        .map(Preprocessing.Layout.NHWC::equals)
        .orElse(COLOURS.contains(shape.dim(3)) && !COLOURS.contains(shape.dim(1)));
  }

  private static float of(List<Float> perChannel, int channel) {
    return perChannel.get(channel % perChannel.size());
  }

  @Override
  public String digest() {
    return new ContentDigest().add(kind.id).add("%d %s %s %s %s".formatted(size, means, deviations, layout, inputs)).hex();
  }

  @Override
  public List<String> skipped() {
    return List.of();
  }
}
