package io.bitloupe.exec.integer;

import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import java.util.Arrays;
import java.util.List;

/** A quantized tensor at run time: the codes of a batch in the layout of its {@link ValueSpec}, samples one after the other. */
final class Value {

  private final ValueSpec spec;
  private byte[] bytes = {};
  private short[] shorts = {};
  private Affine[] affines = {};

  Value(ValueSpec spec) {
    this.spec = spec;
  }

  ValueSpec spec() {
    return spec;
  }

  /** Makes room for {@code samples} samples in memory of its own. */
  void allocate(int samples) {
    int length = Math.multiplyExact(spec.elements(), samples);
    if (spec.wide()) {
      bind(new byte[0], new short[length], samples);
    } else {
      bind(new byte[length], new short[0], samples);
    }
  }

  /** Uses memory that is given, which may be longer than needed. */
  void bind(byte[] narrow, short[] wide, int samples) {
    bytes = narrow;
    shorts = wide;
    if (spec.dynamic()) {
      affines = Arrays.copyOf(affines, samples);
      Arrays.fill(affines, spec.params().single());
    }
  }

  /** The codes in an 8-bit container. */
  byte[] bytes() {
    return bytes;
  }

  /** The codes in a 16-bit container. */
  short[] shorts() {
    return shorts;
  }

  /** The code at an index that counts through all samples. */
  int get(int index) {
    if (spec.wide()) {
      return spec.signed() ? shorts[index] : Short.toUnsignedInt(shorts[index]);
    }
    return spec.signed() ? bytes[index] : Byte.toUnsignedInt(bytes[index]);
  }

  /** Sets the code at an index that counts through all samples. */
  void set(int index, int code) {
    if (spec.wide()) {
      shorts[index] = (short) code;
    } else {
      bytes[index] = (byte) code;
    }
  }

  /** Scale and zero-point of a sample. */
  Affine affine(int sample) {
    return spec.dynamic() ? affines[sample] : spec.params().single();
  }

  /** Sets scale and zero-point of a sample of a dynamic tensor. */
  void affine(int sample, Affine affine) {
    affines[sample] = affine;
  }

  /** The real number at an index into a sample. */
  float real(int sample, int index) {
    return affine(sample).dequantize(get(sample * spec.elements() + index));
  }

  /** Takes scale and zero-point of every sample from another dynamic tensor. */
  void takeAffines(Value other, int samples) {
    if (spec.dynamic()) {
      for (int sample = 0; sample < samples; sample++) {
        affines[sample] = other.affine(sample);
      }
    }
  }

  /**
   * The codes as a tensor in the graph's layout, sharing memory where layout and length allow. A dynamic tensor has one scale
   * for each sample, that is, for each group of slices along the outermost axis.
   */
  CodeTensor toTensor(int samples) {
    int length = spec.elements() * samples;
    Codes codes =
        spec.wide()
            ? new Codes.Shorts(plain(samples, length).shorts, spec.signed())
            : new Codes.Bytes(plain(samples, length).bytes, spec.signed());
    return new CodeTensor(batched(spec.shape(), samples), params(samples), codes);
  }

  /** Copies a tensor in the graph's layout into this value. */
  void fromTensor(CodeTensor tensor, int samples) {
    Value source = new Value(new ValueSpec(spec.tensor(), spec.shape(), Layout.PLAIN, spec.params(), spec.dynamic()));
    switch (tensor.codes()) {
      case Codes.Bytes(byte[] values, boolean _) -> source.bind(values, new short[0], samples);
      case Codes.Shorts(short[] values, boolean _) -> source.bind(new byte[0], values, samples);
    }
    if (spec.dynamic()) {
      List<Affine> given = tensor.params().affine();
      for (int sample = 0; sample < samples; sample++) {
        source.affine(sample, given.get(given.size() == 1 ? 0 : sample));
      }
    }
    Relayout.copy(source, this, samples);
  }

  /** The shape of a batch: samples lie one after the other in the outermost dimension. */
  static Shape batched(Shape sample, int samples) {
    return sample.rank() == 0 ? sample : sample.withOuter(Math.multiplyExact(sample.dim(0), samples));
  }

  private Value plain(int samples, int length) {
    boolean plain = spec.layout() == Layout.PLAIN || Layout.coincide(spec.shape());
    if (plain && (spec.wide() ? shorts.length : bytes.length) == length) {
      return this;
    }
    Value copy = new Value(new ValueSpec(spec.tensor(), spec.shape(), Layout.PLAIN, spec.params(), spec.dynamic()));
    copy.allocate(samples);
    Relayout.copy(this, copy, samples);
    return copy;
  }

  private QuantParams params(int samples) {
    if (!spec.dynamic()) {
      return spec.params();
    }
    Granularity bySample = new Granularity.PerChannelGroup(Math.max(1, spec.shape().rank() == 0 ? 1 : spec.shape().dim(0)));
    return new QuantParams(spec.format(), bySample, 0, List.of(affines).subList(0, samples));
  }
}
