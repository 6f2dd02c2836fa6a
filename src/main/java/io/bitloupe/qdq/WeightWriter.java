package io.bitloupe.qdq;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.ScaleGroups;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes weights, biases and other quantized constants as codes behind a DequantizeLinear. */
final class WeightWriter {

  private static final int INT8_MIN = -128;
  private static final int INT8_MAX = 127;
  private static final int UNSIGNED_OFFSET = 128;
  private static final int EXACT_BITS = 30;

  private final GraphParts parts;
  private final Map<Object, String> written = new HashMap<>();
  private boolean needsBlocks;

  WeightWriter(GraphParts parts) {
    this.parts = parts;
  }

  /** Whether a blocked DequantizeLinear was written, which is of opset 21. */
  boolean needsBlocks() {
    return needsBlocks;
  }

  /** Weights as they go into the file: int8 codes, zero-points moved along with them. */
  private record Int8(byte[] codes, int[] zeroPoints) {}

  /** What identifies a constant that was written. */
  private record Key(String form, String tensor, QuantParams params) {}

  /**
   * Whether the weights can be stored as int8 codes with the same zero-point for all scales, which is what QLinearConv takes.
   */
  boolean hasEqualZeroPoints(CodeTensor weights) {
    Int8 stored = int8(weights);
    for (int zeroPoint : stored.zeroPoints()) {
      if (zeroPoint != stored.zeroPoints()[0]) {
        return false;
      }
    }
    return true;
  }

  /** Weights of a product; returns the dequantized tensor. */
  String weight(String tensor, CodeTensor value) {
    return written.computeIfAbsent(
        new Key("weight", tensor, value.params()),
        _ -> {
          Int8 stored = int8(value);
          Tensor codes = new Tensor(DataType.INT8, value.shape(), ByteBuffer.wrap(stored.codes()));
          return dequantize(tensor, codes, value.params(), stored.zeroPoints(), value.params().axis(), view(tensor));
        });
  }

  /** Weights in a form that ONNX Runtime computes with in float: a Reshape stands between the DQ and the product. */
  String unfused(String tensor, CodeTensor value) {
    return written.computeIfAbsent(
        new Key("unfused", tensor, value.params()),
        _ -> {
          Int8 stored = int8(value);
          int channels = value.shape().dim(0);
          Shape flat = Shape.of(channels, value.shape().product(1, value.shape().rank()));
          Tensor codes = new Tensor(DataType.INT8, flat, ByteBuffer.wrap(stored.codes()));
          String flatWeights =
              dequantize(tensor, codes, value.params(), stored.zeroPoints(), 0, parts.freshTensor(tensor + "_flat"));
          return reshape(tensor, flatWeights, value.shape());
        });
  }

  /** A constant operand of Add, Mul or Concat: stored like the activations that it meets. */
  String operand(String tensor, CodeTensor value) {
    return written.computeIfAbsent(
        new Key("operand", tensor, value.params()),
        _ -> {
          boolean wide = value.params().format().containerBits() > 8;
          boolean signed = value.params().format().signed();
          DataType type = wide ? (signed ? DataType.INT16 : DataType.UINT16) : DataType.UINT8;
          int offset = !wide && signed ? UNSIGNED_OFFSET : 0;
          int[] codes = new int[value.codes().length()];
          for (int i = 0; i < codes.length; i++) {
            codes[i] = value.codes().get(i) + offset;
          }
          Affine affine = value.params().single();
          String stored = parts.constant(tensor + "_quantized", GraphParts.codes(type, value.shape(), codes));
          String scale = parts.constant(tensor + "_scale", Tensor.ofFloats(Shape.scalar(), affine.scale()));
          String zeroPoint =
              parts.constant(tensor + "_zero_point", GraphParts.codes(type, Shape.scalar(), affine.zeroPoint() + offset));
          String view = view(tensor);
          parts.node(tensor + "_DequantizeLinear", "DequantizeLinear", List.of(stored, scale, zeroPoint), List.of(view), Map.of());
          return view;
        });
  }

  /** A bias; returns the dequantized tensor. */
  String bias(QuantizedBias bias) {
    boolean oneScale = allEqual(bias.scales());
    Shape shape = Shape.of(bias.codes().length);
    String codes = parts.constant(bias.tensor() + "_quantized", Tensor.ofInts(shape, bias.codes()));
    String scale =
        parts.constant(
            bias.tensor() + "_scale",
            oneScale ? Tensor.ofFloats(Shape.scalar(), bias.scales()[0]) : Tensor.ofFloats(shape, bias.scales()));
    String view = view(bias.tensor());
    Map<String, Attribute> attributes = oneScale ? Map.of() : Map.of("axis", GraphParts.integer(0));
    parts.node(bias.tensor() + "_DequantizeLinear", "DequantizeLinear", List.of(codes, scale), List.of(view), attributes);
    return view;
  }

  /** A float bias as int32 codes in units of a power of two, fine enough for every bit that counts. */
  String exactBias(String tensor, Tensor values) {
    float[] reals = values.floats();
    float greatest = Float.MIN_NORMAL;
    for (float real : reals) {
      greatest = Math.max(greatest, Math.abs(real));
    }
    int exponent = Math.max(Math.getExponent(greatest) + 1 - EXACT_BITS, Float.MIN_EXPONENT);
    float unit = Math.scalb(1f, exponent);
    int[] codes = new int[reals.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (int) Math.rint(reals[i] / (double) unit);
    }
    float[] scales = new float[codes.length];
    Arrays.fill(scales, unit);
    return bias(new QuantizedBias(tensor, codes, scales));
  }

  /**
   * Quantized weights of a float island.
   *
   * @param meetsCodes whether the node that reads them also reads codes, so that ONNX Runtime might fuse what it should not
   * @param fakeQuantized what the weights stand for, for forms that DequantizeLinear does not have
   */
  String inIsland(String tensor, CodeTensor value, boolean meetsCodes, Tensor fakeQuantized) {
    QuantParams params = value.params();
    if (params.granularity() instanceof Granularity.PerBlock block) {
      return written.computeIfAbsent(
          new Key("block" + meetsCodes, tensor, params), _ -> blocked(tensor, value, block.size(), meetsCodes, fakeQuantized));
    }
    return weight(tensor, new CodeTensor(value.shape(), params.byChannel(channels(value)), value.codes()));
  }

  /** Channels of a tensor; per tensor, where the axis means nothing, 1. */
  private static int channels(CodeTensor value) {
    return value.params().granularity() instanceof Granularity.PerTensor ? 1 : value.shape().dim(value.params().axis());
  }

  /** A scalar code that several nodes share. */
  String shared(String name, DataType type, int value) {
    return written.computeIfAbsent(
        new Key("shared", name, QuantParams.perTensor(IntegerFormat.activations(8), new Affine(1, 0))),
        _ -> parts.constant(name, GraphParts.codes(type, Shape.scalar(), value)));
  }

  /** The smallest integer type of opset 21 that holds the codes of {@code format}. */
  static DataType narrowestType(IntegerFormat format) {
    boolean narrow = format.bits() <= DataType.INT4.bits();
    if (format.signed()) {
      return narrow ? DataType.INT4 : DataType.INT8;
    }
    return narrow ? DataType.UINT4 : DataType.UINT8;
  }

  private String blocked(String tensor, CodeTensor value, int blockSize, boolean meetsCodes, Tensor fakeQuantized) {
    Shape shape = value.shape();
    int axis = value.params().axis();
    boolean columns = shape.rank() == 2 && axis == 1;
    if (axis != 0 && !columns) {
      parts.original(tensor, fakeQuantized);
      return tensor;
    }
    needsBlocks = true;
    int channels = shape.dim(axis);
    int depth = Math.toIntExact(shape.elements() / channels);
    int blocks = Math.ceilDiv(depth, blockSize);
    float[] scales = new float[channels * blocks];
    int[] zeroPoints = new int[scales.length];
    for (int channel = 0; channel < channels; channel++) {
      for (int block = 0; block < blocks; block++) {
        int at = columns ? block * channels + channel : channel * blocks + block;
        Affine affine = value.params().affine().get(channel * blocks + block);
        scales[at] = affine.scale();
        zeroPoints[at] = affine.zeroPoint();
      }
    }
    Shape scaleShape = columns ? Shape.of(blocks, channels) : Shape.of(channels, blocks);
    Shape flat = columns ? shape : Shape.of(channels, depth);
    DataType type = narrowestType(value.params().format());
    int[] stored = new int[value.codes().length()];
    Arrays.setAll(stored, value.codes()::get);
    String codes = parts.constant(tensor + "_quantized", GraphParts.codes(type, flat, stored));
    String scale = parts.constant(tensor + "_scale", Tensor.ofFloats(scaleShape, scales));
    String zeroPoint = parts.constant(tensor + "_zero_point", GraphParts.codes(type, scaleShape, zeroPoints));
    Map<String, Attribute> attributes =
        Map.of("axis", GraphParts.integer(columns ? 0 : 1), "block_size", GraphParts.integer(blockSize));
    boolean direct = shape.rank() == 2 && !meetsCodes;
    String dequantized = direct ? view(tensor) : parts.freshTensor(tensor + "_flat");
    parts.node(tensor + "_DequantizeLinear", "DequantizeLinear", List.of(codes, scale, zeroPoint), List.of(dequantized), attributes);
    return direct ? dequantized : reshape(tensor, dequantized, shape);
  }

  private String reshape(String tensor, String flat, Shape shape) {
    String target = parts.constant(tensor + "_shape", Tensor.ofLongs(Shape.of(shape.rank()), shape.toLongs()));
    String view = view(tensor);
    parts.node(tensor + "_Reshape", "Reshape", List.of(flat, target), List.of(view), Map.of());
    return view;
  }

  private String dequantize(String tensor, Tensor codes, QuantParams params, int[] zeroPoints, int axis, String view) {
    int count = params.affine().size();
    Shape shape = count == 1 && params.granularity() instanceof Granularity.PerTensor ? Shape.scalar() : Shape.of(count);
    float[] scales = new float[count];
    for (int i = 0; i < count; i++) {
      scales[i] = params.affine().get(i).scale();
    }
    String stored = parts.constant(tensor + "_quantized", codes);
    String scale = parts.constant(tensor + "_scale", Tensor.ofFloats(shape, scales));
    String zeroPoint = parts.constant(tensor + "_zero_point", GraphParts.codes(DataType.INT8, shape, zeroPoints));
    Map<String, Attribute> attributes = shape.rank() == 0 ? Map.of() : Map.of("axis", GraphParts.integer(axis));
    parts.node(tensor + "_DequantizeLinear", "DequantizeLinear", List.of(stored, scale, zeroPoint), List.of(view), attributes);
    return view;
  }

  private String view(String tensor) {
    return parts.freshTensor(tensor + "_DequantizeLinear_Output");
  }

  /**
   * Codes less their zero-point where int8 holds that, so that the zero-point is 0; else codes moved into int8 together with
   * their zero-points. Neither changes a value.
   */
  private static Int8 int8(CodeTensor weights) {
    List<Affine> affine = weights.params().affine();
    Codes codes = weights.codes();
    if (weights.params().isZeroPointFree() && codes instanceof Codes.Bytes(byte[] values, boolean signed) && signed) {
      return new Int8(values, new int[affine.size()]);
    }
    ScaleGroups groups = ScaleGroups.of(weights.shape(), weights.params());
    int offset = weights.params().format().signed() ? 0 : -UNSIGNED_OFFSET;
    byte[] centred = new byte[codes.length()];
    byte[] moved = new byte[codes.length()];
    boolean[] fits = {true};
    groups.forEachRun(
        (group, from, to) -> {
          int zeroPoint = affine.get(group).zeroPoint();
          for (int i = from; i < to; i++) {
            int code = codes.get(i);
            fits[0] &= code - zeroPoint >= INT8_MIN && code - zeroPoint <= INT8_MAX;
            centred[i] = (byte) (code - zeroPoint);
            moved[i] = (byte) (code + offset);
          }
        });
    int[] zeroPoints = new int[affine.size()];
    if (fits[0]) {
      return new Int8(centred, zeroPoints);
    }
    for (int i = 0; i < zeroPoints.length; i++) {
      zeroPoints[i] = affine.get(i).zeroPoint() + offset;
    }
    return new Int8(moved, zeroPoints);
  }

  private static boolean allEqual(float[] values) {
    for (float value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }
}
