package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.Pointwise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Additions and quantizations in machine code, whole blocks of 64; the rest, and all other passes, as other kernels do it. */
final class MachinePointwise implements Pointwise {

  private static final int STORED_OFFSET = 128;

  private final Pointwise others;
  private final List<NativeCode> additions = new ArrayList<>();
  private final NativeCode quantization = PointwiseCode.quantize();

  MachinePointwise(Pointwise others) {
    this.others = others;
    for (int signs = 0; signs < 4; signs++) {
      additions.add(PointwiseCode.add((signs & 1) != 0, (signs & 2) != 0));
    }
  }

  @Override
  public void add(AddRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] sum, int offset, int length) {
    int whole = 0;
    if (rule instanceof AddRule.FloatAdd floats && length >= PointwiseCode.BLOCK) {
      long blocks = length / PointwiseCode.BLOCK;
      whole = (int) blocks * PointwiseCode.BLOCK;
      int stored = floats.signs().storedOffsetResult();
      // The zero-point is in F, as the exported file stores it.
      int[] common =
          FusedConstants.common(-stored, floats.quantMin(), floats.quantMax());
      int[] factors = {
        Float.floatToRawIntBits(floats.ratioA()), Float.floatToRawIntBits(floats.ratioB()),
        Float.floatToRawIntBits(floats.fixedPart()), STORED_OFFSET,
      };
      additions
          .get((floats.signs().a() ? 1 : 0) + (floats.signs().b() ? 2 : 0))
          .call(
              MemorySegment.ofArray(a).asSlice(aOffset, whole),
              MemorySegment.ofArray(b).asSlice(bOffset, whole),
              MemorySegment.ofArray(common),
              MemorySegment.ofArray(sum).asSlice(offset, whole),
              MemorySegment.ofArray(factors),
              new long[] {blocks});
    }
    if (whole < length) {
      others.add(rule, a, aOffset + whole, b, bOffset + whole, sum, offset + whole, length - whole);
    }
  }

  @Override
  public void quantize(
      float[] reals, int from, float scale, int zeroPoint, int quantMin, int quantMax, byte[] codes, int offset, int length) {
    int whole = length / PointwiseCode.BLOCK * PointwiseCode.BLOCK;
    if (whole > 0) {
      MemorySegment common = MemorySegment.ofArray(FusedConstants.common(zeroPoint, quantMin, quantMax));
      MemorySegment factors = MemorySegment.ofArray(new float[] {scale});
      quantization.call(
          MemorySegment.ofArray(reals).asSlice((long) from * Float.BYTES, (long) whole * Float.BYTES),
          common,
          common,
          MemorySegment.ofArray(codes).asSlice(offset, whole),
          factors,
          new long[] {whole / PointwiseCode.BLOCK});
    }
    others.quantize(
        reals, from + whole, scale, zeroPoint, quantMin, quantMax, codes, offset + whole, length - whole);
  }

  @Override
  public void requantize(int[] accumulators, int offset, int rows, Epilogue epilogue, byte[] codes, int codeOffset) {
    others.requantize(accumulators, offset, rows, epilogue, codes, codeOffset);
  }

  @Override
  public void addScalar(AddRule rule, byte[] a, int aOffset, int b, byte[] sum, int offset, int length) {
    others.addScalar(rule, a, aOffset, b, sum, offset, length);
  }

  @Override
  public void multiply(MultiplyRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] product, int offset, int length) {
    others.multiply(rule, a, aOffset, b, bOffset, product, offset, length);
  }

  @Override
  public void multiplyScalar(MultiplyRule rule, byte[] a, int aOffset, int b, byte[] product, int offset, int length) {
    others.multiplyScalar(rule, a, aOffset, b, product, offset, length);
  }

  @Override
  public void lookUp(byte[] table, byte[] in, int inOffset, byte[] out, int outOffset, int length) {
    others.lookUp(table, in, inOffset, out, outOffset, length);
  }

  @Override
  public void maximum(byte[] maximum, int maximumOffset, byte[] codes, int offset, int length, boolean signed) {
    others.maximum(maximum, maximumOffset, codes, offset, length, signed);
  }

  @Override
  public void accumulate(int[] sums, byte[] codes, int offset, int length, boolean signed) {
    others.accumulate(sums, codes, offset, length, signed);
  }

  @Override
  public void accumulate(float[] sums, float scale, int zeroPoint, byte[] codes, int offset, int length, boolean signed) {
    others.accumulate(sums, scale, zeroPoint, codes, offset, length, signed);
  }
}
