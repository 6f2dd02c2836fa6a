package io.bitloupe.exec.integer;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.List;

/** One operand of an operator with two: an activation, or a constant that is the same for every sample. */
sealed interface Side {

  /** Codes of one sample. */
  int elements();

  /** The dimensions for one sample in memory order. */
  int[] dimensions();

  /** Range of the codes. */
  IntegerFormat format();

  /** The codes in 8-bit containers. */
  byte[] codes(List<Value> inputs);

  /** Index of the first code of a sample. */
  int base(int sample);

  /** Scale and zero-point of a sample. */
  Affine affine(List<Value> inputs, int sample);

  /** Scale and zero-point of every sample; not for dynamic tensors. */
  Affine fixedAffine();

  /** The code at an index into a sample. */
  int get(List<Value> inputs, int sample, int index);

  /** Whether the fast path can take it. */
  boolean fast();

  /**
   * An activation.
   *
   * @param index position among the activations of the step
   * @param spec what is known of it
   */
  record Activation(int index, ValueSpec spec) implements Side {
    @Override
    public int elements() {
      return spec.elements();
    }

    @Override
    public int[] dimensions() {
      return spec.dimensions();
    }

    @Override
    public IntegerFormat format() {
      return spec.format();
    }

    @Override
    public byte[] codes(List<Value> inputs) {
      return inputs.get(index).bytes();
    }

    @Override
    public int base(int sample) {
      return sample * elements();
    }

    @Override
    public Affine affine(List<Value> inputs, int sample) {
      return inputs.get(index).affine(sample);
    }

    @Override
    public Affine fixedAffine() {
      return spec.affine();
    }

    @Override
    public int get(List<Value> inputs, int sample, int i) {
      return inputs.get(index).get(base(sample) + i);
    }

    @Override
    public boolean fast() {
      return spec.fast();
    }
  }

  /**
   * A constant.
   *
   * @param value its codes in memory order
   */
  record Constant(Value value) implements Side {
    @Override
    public int elements() {
      return value.spec().elements();
    }

    @Override
    public int[] dimensions() {
      return value.spec().dimensions();
    }

    @Override
    public IntegerFormat format() {
      return value.spec().format();
    }

    @Override
    public byte[] codes(List<Value> inputs) {
      return value.bytes();
    }

    @Override
    public int base(int sample) {
      return 0;
    }

    @Override
    public Affine affine(List<Value> inputs, int sample) {
      return fixedAffine();
    }

    @Override
    public Affine fixedAffine() {
      return value.spec().affine();
    }

    @Override
    public int get(List<Value> inputs, int sample, int i) {
      return value.get(i);
    }

    @Override
    public boolean fast() {
      return !value.spec().wide();
    }
  }
}
