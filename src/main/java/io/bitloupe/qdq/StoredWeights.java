package io.bitloupe.qdq;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.StoredCodes;
import io.bitloupe.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Constants that a file holds as codes: what they stand for, and the narrowest of our formats that holds them. */
final class StoredWeights {

  /** Zero-point of symmetric weights in an unsigned container of 8 bits. */
  private static final int HALF = 128;

  private StoredWeights() {}

  /**
   * A constant.
   *
   * @param values what its codes stand for
   * @param stored how they are stored; empty for the 32-bit codes of a bias, and where no format of ours holds them, as where a
   *     scale is not above 0
   */
  record Constant(Tensor values, Optional<StoredCodes> stored) {}

  /** Scales of a tensor and how its elements find theirs. */
  private record Scales(float[] scales, int[] zeroPoints, int axis, int blockSize, int[] groups) {
    boolean arePositive() {
      for (float scale : scales) {
        if (!(scale > 0) || !Float.isFinite(scale)) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * What a DequantizeLinear of constants computes; empty where its operands contradict each other.
   *
   * @param zeroPoint empty where it is 0
   * @param axis as in the node
   * @param blockSize as in the node
   */
  static Optional<Constant> read(Tensor codes, Tensor scale, Optional<Tensor> zeroPoint, int axis, int blockSize) {
    if (scale.type() != DataType.FLOAT || codes.type().bits() > Integer.SIZE || codes.type().isFloatingPoint()) {
      return Optional.empty();
    }
    return scales(codes.shape(), scale, zeroPoint, axis, blockSize).map(scales -> constant(codes, scales));
  }

  private static Optional<Scales> scales(Shape shape, Tensor scale, Optional<Tensor> zeroPoint, int axis, int blockSize) {
    float[] given = scale.floats();
    long[] zeros = zeroPoint.map(Tensor::integers).orElseGet(() -> new long[given.length]);
    int positive = axis < 0 ? axis + shape.rank() : axis;
    if (given.length == 0 || zeros.length != given.length && zeros.length != 1) {
      return Optional.empty();
    }
    int[] groups = new int[Math.toIntExact(shape.elements())];
    int[] zeroPoints = new int[given.length];
    for (int i = 0; i < zeroPoints.length; i++) {
      zeroPoints[i] = (int) zeros[zeros.length == 1 ? 0 : i];
    }
    if (given.length == 1 && blockSize == 0) {
      return Optional.of(new Scales(given, zeroPoints, -1, 0, groups));
    }
    if (positive < 0 || positive >= shape.rank()) {
      return Optional.empty();
    }
    int length = shape.dim(positive);
    int inner = shape.product(positive + 1, shape.rank());
    if (blockSize == 0) {
      for (int i = 0; i < groups.length; i++) {
        groups[i] = i / inner % length;
      }
      return given.length == length ? Optional.of(new Scales(given, zeroPoints, positive, 0, groups)) : Optional.empty();
    }
    int blocks = Math.ceilDiv(length, blockSize);
    if (shape.rank() != 2 || given.length != blocks * (shape.elements() / length)) {
      return Optional.empty();
    }
    // Channel by channel, whichever axis the blocks run along.
    float[] ordered = new float[given.length];
    int[] orderedZeros = new int[given.length];
    int channels = given.length / blocks;
    for (int channel = 0; channel < channels; channel++) {
      for (int block = 0; block < blocks; block++) {
        int at = positive == 0 ? block * channels + channel : channel * blocks + block;
        ordered[channel * blocks + block] = given[at];
        orderedZeros[channel * blocks + block] = zeroPoints[at];
      }
    }
    for (int i = 0; i < groups.length; i++) {
      int row = i / shape.dim(1);
      int column = i % shape.dim(1);
      groups[i] = positive == 0 ? column * blocks + row / blockSize : row * blocks + column / blockSize;
    }
    return Optional.of(new Scales(ordered, orderedZeros, 1 - positive, blockSize, groups));
  }

  private static Constant constant(Tensor codes, Scales scales) {
    long[] integers = codes.integers();
    float[] values = new float[integers.length];
    for (int i = 0; i < values.length; i++) {
      int group = scales.groups()[i];
      values[i] = (float) ((double) scales.scales()[group] * (integers[i] - scales.zeroPoints()[group]));
    }
    Tensor floats = Tensor.ofFloats(codes.shape(), values);
    boolean ours = codes.type().bits() <= Byte.SIZE && scales.arePositive();
    return new Constant(floats, ours ? stored(codes.type(), integers, scales) : Optional.empty());
  }

  private static Optional<StoredCodes> stored(DataType type, long[] codes, Scales scales) {
    boolean unsigned = type == DataType.UINT8 || type == DataType.UINT4;
    int half = type == DataType.UINT4 ? HALF >> 4 : HALF;
    boolean shifted = unsigned && Arrays.stream(scales.zeroPoints()).allMatch(zeroPoint -> zeroPoint == half);
    int offset = shifted ? half : 0;
    boolean signed = !unsigned || shifted;
    long min = Arrays.stream(codes).min().orElse(0) - offset;
    long max = Arrays.stream(codes).max().orElse(0) - offset;
    int[] zeroPoints = Arrays.stream(scales.zeroPoints()).map(zeroPoint -> zeroPoint - offset).toArray();
    for (int zeroPoint : zeroPoints) {
      min = Math.min(min, zeroPoint);
      max = Math.max(max, zeroPoint);
    }
    boolean centred = signed && Arrays.stream(zeroPoints).allMatch(zeroPoint -> zeroPoint == 0);
    boolean binary = centred && codes.length > 0 && Arrays.stream(codes).allMatch(code -> Math.abs(code - offset) == 1);
    if (binary) {
      return Optional.of(codes(1, true, true, scales, zeroPoints));
    }
    for (int bits = centred ? 2 : 1; bits <= Byte.SIZE; bits++) {
      int bound = 1 << (bits - 1);
      if (centred && -min < bound && max < bound) {
        return Optional.of(codes(bits, true, true, scales, zeroPoints));
      }
      boolean holds = signed ? min >= -bound && max < bound : max < 2L * bound;
      if (holds) {
        return Optional.of(codes(bits, signed, false, scales, zeroPoints));
      }
    }
    return Optional.empty();
  }

  private static StoredCodes codes(int bits, boolean signed, boolean symmetric, Scales scales, int[] zeroPoints) {
    List<Float> list = new ArrayList<>();
    for (float scale : scales.scales()) {
      list.add(scale);
    }
    return new StoredCodes(
        bits, signed, symmetric, scales.axis(), scales.blockSize(), list, Arrays.stream(zeroPoints).boxed().toList());
  }
}
