package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.AddRule;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.MultiplyRule;
import io.bitloupe.kernel.Pointwise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Additions, quantizations and requantizations by integers in machine code; the rest, and all other passes, as other kernels do it. */
final class MachinePointwise implements Pointwise {

  private static final int STORED_OFFSET = 128;

  private final Pointwise others;
  private final List<NativeCode> additions = new ArrayList<>();
  private final NativeCode quantization = PointwiseCode.quantize();
  private final NativeCode requantization = RequantizeCode.emit();

  MachinePointwise(Pointwise others) {
    this.others = others;
    for (int signs = 0; signs < 4; signs++) {
      additions.add(PointwiseCode.add((signs & 1) != 0, (signs & 2) != 0));
    }
  }

  @Override
  public void add(AddRule rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] sum, int offset, int length) {
    if (!(rule instanceof AddRule.FloatAdd floats) || length < PointwiseCode.BLOCK) {
      others.add(rule, a, aOffset, b, bOffset, sum, offset, length);
      return;
    }
    int whole = length / PointwiseCode.BLOCK * PointwiseCode.BLOCK;
    addBlocks(floats, a, aOffset, b, bOffset, sum, offset, whole);
    if (whole < length) {
      // The last block begins within the one before: sums that are there are written again.
      int last = length - PointwiseCode.BLOCK;
      addBlocks(floats, a, aOffset + last, b, bOffset + last, sum, offset + last, PointwiseCode.BLOCK);
    }
  }

  private void addBlocks(AddRule.FloatAdd rule, byte[] a, int aOffset, byte[] b, int bOffset, byte[] sum, int offset, int length) {
    // The zero-point is in F, as the exported file stores it.
    int[] common = FusedConstants.common(-rule.signs().storedOffsetResult(), rule.quantMin(), rule.quantMax());
    int[] factors = {
      Float.floatToRawIntBits(rule.ratioA()), Float.floatToRawIntBits(rule.ratioB()),
      Float.floatToRawIntBits(rule.fixedPart()), STORED_OFFSET,
    };
    additions
        .get((rule.signs().a() ? 1 : 0) + (rule.signs().b() ? 2 : 0))
        .call(
            MemorySegment.ofArray(a).asSlice(aOffset, length),
            MemorySegment.ofArray(b).asSlice(bOffset, length),
            MemorySegment.ofArray(common),
            MemorySegment.ofArray(sum).asSlice(offset, length),
            MemorySegment.ofArray(factors),
            new long[] {length / PointwiseCode.BLOCK});
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
    if (!IntegerConstants.take(epilogue.requantizer())) {
      others.requantize(accumulators, offset, rows, epilogue, codes, codeOffset);
      return;
    }
    MemorySegment constants = epilogue.laidOut(() -> IntegerConstants.of(epilogue));
    MemorySegment sums = MemorySegment.ofArray(accumulators);
    int columns = epilogue.bias().length;
    long[] parameters = new long[RequantizeCode.PARAMETERS];
    parameters[RequantizeCode.ROWS] = rows;
    parameters[RequantizeCode.SUM_STRIDE] = (long) columns * Integer.BYTES;
    parameters[RequantizeCode.OUT_STRIDE] = columns;
    for (int first = 0; first < columns && rows > 0; first += RequantizeCode.COLUMNS) {
      int width = Math.min(RequantizeCode.COLUMNS, columns - first);
      parameters[RequantizeCode.CODE_MASK] = mask(width);
      for (int v = 0; v < 4; v++) {
        parameters[RequantizeCode.SUM_MASKS + v] = mask(Math.clamp((width - v * 16L) * Integer.BYTES, 0, Long.SIZE));
      }
      long span = (rows - 1L) * columns + width;
      requantization.call(
          sums.asSlice((offset + (long) first) * Integer.BYTES, span * Integer.BYTES),
          constants.asSlice(IntegerConstants.block(first)),
          constants,
          MemorySegment.ofArray(codes).asSlice(codeOffset + first, span),
          constants.asSlice(IntegerConstants.COMMON_BYTES),
          parameters);
    }
  }

  /** The lowest {@code bits} bits. */
  private static long mask(int bits) {
    return bits == Long.SIZE ? -1L : (1L << bits) - 1;
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
