package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** QuantizeLinear and DequantizeLinear between float tensors and the values of a plan. */
final class Borders {

  private Borders() {}

  /** Quantizes every sample of {@code reals}, in the graph's layout. */
  static void quantize(Tensor reals, Value value, int samples, Pointwise pointwise, Scratch scratch) {
    ValueSpec spec = value.spec();
    Value plain = spec.layout() == Layout.PLAIN || Layout.coincide(spec.shape()) ? value : plain(value, samples);
    FloatBuffer buffer = reals.buffer().asFloatBuffer();
    int length = spec.elements();
    if (buffer.remaining() != (long) length * samples) {
      throw new IllegalArgumentException(
          "%s has %d values where %d samples of %d are expected".formatted(spec.tensor(), buffer.remaining(), samples, length));
    }
    float[] sample = scratch.reals(length);
    for (int i = 0; i < samples; i++) {
      buffer.get(sample, 0, length);
      if (spec.dynamic()) {
        plain.affine(i, affine(sample, length, spec.format()));
      }
      quantize(sample, plain, i, pointwise);
    }
    if (!plain.equals(value)) {
      Relayout.copy(plain, value, samples);
    }
  }

  private static void quantize(float[] sample, Value value, int index, Pointwise pointwise) {
    IntegerFormat format = value.spec().format();
    int length = value.spec().elements();
    if (format.isBinary()) {
      for (int i = 0; i < length; i++) {
        value.set(index * length + i, value.affine(index).quantize(sample[i], format));
      }
    } else if (!value.spec().wide()) {
      Affine affine = value.affine(index);
      pointwise.quantize(
          sample, 0, affine.scale(), affine.zeroPoint(), format.quantMin(), format.quantMax(), value.bytes(), index * length,
          length);
    } else {
      quantize(sample, value, index, format.quantMin(), format.quantMax());
    }
  }

  /**
   * Makes the first reals the codes of a sample, in the value's own layout: {@code clamp(rint(r / S) + Z)} in float32, half to
   * even, as QuantizeLinear does; NaN becomes the zero-point.
   */
  static void quantize(float[] reals, Value value, int sample, int codeMin, int codeMax) {
    int length = value.spec().elements();
    int to = sample * length;
    float scale = value.affine(sample).scale();
    int zeroPoint = value.affine(sample).zeroPoint();
    float least = (float) (codeMin - zeroPoint);
    float greatest = (float) (codeMax - zeroPoint);
    for (int i = 0; i < length; i++) {
      float scaled = reals[i] / scale;
      // Clamped before it is rounded, which gives the same code and keeps what is rounded small.
      float clamped = Float.isNaN(scaled) ? Math.clamp(0f, least, greatest) : Math.min(Math.max(scaled, least), greatest);
      value.set(to + i, (int) Math.rint((double) clamped) + zeroPoint);
    }
  }

  /** Dequantizes every sample, in the graph's layout. */
  static Tensor dequantize(Value value, int samples) {
    ValueSpec spec = value.spec();
    Value plain = value;
    if (spec.layout() != Layout.PLAIN && !Layout.coincide(spec.shape())) {
      plain = plain(value, samples);
      Relayout.copy(value, plain, samples);
    }
    int length = spec.elements();
    ByteBuffer bytes = ByteBuffer.allocate(length * samples * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer reals = bytes.asFloatBuffer();
    float[] sample = new float[length];
    for (int i = 0; i < samples; i++) {
      float scale = plain.affine(i).scale();
      int zeroPoint = plain.affine(i).zeroPoint();
      for (int j = 0; j < length; j++) {
        sample[j] = scale * (plain.get(i * length + j) - zeroPoint);
      }
      reals.put(sample);
    }
    return new Tensor(DataType.FLOAT, Value.batched(spec.shape(), samples), bytes);
  }

  private static Affine affine(float[] sample, int length, IntegerFormat format) {
    float min = 0;
    float max = 0;
    for (int i = 0; i < length; i++) {
      min = Math.min(min, sample[i]);
      max = Math.max(max, sample[i]);
    }
    return Affine.of(new Range(min, max), format);
  }

  private static Value plain(Value value, int samples) {
    ValueSpec spec = value.spec();
    Value plain = new Value(new ValueSpec(spec.tensor(), spec.shape(), Layout.PLAIN, spec.params(), spec.dynamic()));
    plain.allocate(samples);
    return plain;
  }
}
