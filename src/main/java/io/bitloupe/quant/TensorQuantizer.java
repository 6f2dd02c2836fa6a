package io.bitloupe.quant;

import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;

/**
 * Turns real tensors into codes and back, whatever the granularity. Every code is the one that {@link Affine#quantize(float,
 * IntegerFormat)} defines, and so the one that ONNX QuantizeLinear computes.
 */
public final class TensorQuantizer {

  /** Adding and subtracting 1.5 · 2^23 rounds a float of magnitude below 2^22 to an integer, half to even. */
  private static final float ROUNDER = 0x1.8p23f;

  private TensorQuantizer() {}

  /** Codes of a FLOAT tensor. */
  public static CodeTensor quantize(Tensor tensor, QuantParams params) {
    return quantize(tensor.floats(), tensor.shape(), params);
  }

  /**
   * Codes of real values in row-major order.
   *
   * @throws IllegalArgumentException when the number of values or of scales does not fit the shape
   */
  public static CodeTensor quantize(float[] values, Shape shape, QuantParams params) {
    requireElements(values.length, shape);
    IntegerFormat format = params.format();
    ScaleGroups groups = ScaleGroups.of(shape, params);
    if (format.containerBits() == 8) {
      byte[] codes = new byte[values.length];
      groups.forEachRun((group, from, to) -> quantize(values, from, to, params.affine().get(group), format, codes, from));
      return new CodeTensor(shape, params, new Codes.Bytes(codes, format.signed()));
    }
    short[] codes = new short[values.length];
    groups.forEachRun((group, from, to) -> quantize(values, from, to, params.affine().get(group), format, codes, from));
    return new CodeTensor(shape, params, new Codes.Shorts(codes, format.signed()));
  }

  /** Writes the codes of {@code values[from, to)} to {@code codes} from {@code at} on; for formats of up to 8 bits. */
  public static void quantize(
      float[] values, int from, int to, Affine affine, IntegerFormat format, byte[] codes, int at) {
    if (format.isBinary()) {
      for (int i = from; i < to; i++) {
        codes[at + i - from] = (byte) (values[i] < 0 ? -1 : 1);
      }
      return;
    }
    float scale = affine.scale();
    int zeroPoint = affine.zeroPoint();
    float low = format.quantMin() - zeroPoint;
    float high = format.quantMax() - zeroPoint;
    for (int i = from; i < to; i++) {
      float steps = Math.min(Math.max(values[i] / scale, low), high);
      codes[at + i - from] = (byte) ((int) ((steps + ROUNDER) - ROUNDER) + zeroPoint);
    }
  }

  /** Writes the codes of {@code values[from, to)} to {@code codes} from {@code at} on; for formats of 9 to 16 bits. */
  public static void quantize(
      float[] values, int from, int to, Affine affine, IntegerFormat format, short[] codes, int at) {
    float scale = affine.scale();
    int zeroPoint = affine.zeroPoint();
    float low = format.quantMin() - zeroPoint;
    float high = format.quantMax() - zeroPoint;
    for (int i = from; i < to; i++) {
      float steps = Math.min(Math.max(values[i] / scale, low), high);
      codes[at + i - from] = (short) ((int) ((steps + ROUNDER) - ROUNDER) + zeroPoint);
    }
  }

  /** The real values that codes stand for, in row-major order. */
  public static float[] dequantize(CodeTensor tensor) {
    Codes codes = tensor.codes();
    QuantParams params = tensor.params();
    float[] values = new float[codes.length()];
    ScaleGroups.of(tensor.shape(), params)
        .forEachRun(
            (group, from, to) -> {
              Affine affine = params.affine().get(group);
              for (int i = from; i < to; i++) {
                values[i] = affine.dequantize(codes.get(i));
              }
            });
    return values;
  }

  /** The FLOAT tensor that codes stand for. */
  public static Tensor dequantizeToTensor(CodeTensor tensor) {
    return Tensor.ofFloats(tensor.shape(), dequantize(tensor));
  }

  /** Quantizes and dequantizes, without keeping the codes. */
  public static float[] fakeQuantize(float[] values, Shape shape, QuantParams params) {
    requireElements(values.length, shape);
    float[] result = new float[values.length];
    ScaleGroups.of(shape, params)
        .forEachRun((group, from, to) -> fakeQuantize(values, from, to, params.affine().get(group), params.format(), result, from));
    return result;
  }

  /** Writes what remains of {@code values[from, to)} after quantization to {@code result} from {@code at} on. */
  public static void fakeQuantize(
      float[] values, int from, int to, Affine affine, IntegerFormat format, float[] result, int at) {
    float scale = affine.scale();
    if (format.isBinary()) {
      for (int i = from; i < to; i++) {
        result[at + i - from] = values[i] < 0 ? -scale : scale;
      }
      return;
    }
    float low = format.quantMin() - affine.zeroPoint();
    float high = format.quantMax() - affine.zeroPoint();
    for (int i = from; i < to; i++) {
      float steps = Math.min(Math.max(values[i] / scale, low), high);
      result[at + i - from] = scale * (int) ((steps + ROUNDER) - ROUNDER);
    }
  }

  private static void requireElements(int length, Shape shape) {
    if (length != shape.elements()) {
      throw new IllegalArgumentException(length + " values for the shape " + shape);
    }
  }
}
