package io.bitloupe.kernel.machine;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers rows of A into aligned memory. Thread-safe. */
final class Gatherer {

  private static final int VECTOR_BYTES = 64;
  private static final int GROUP = 16;

  /** By whether segments have whole vectors (bit 0) and a tail (bit 1). */
  private final List<NativeCode> codes = new ArrayList<>();

  private final MemorySegment keep = pattern(0);
  private final MemorySegment flip = pattern(MachineGemm.SIGN_BIT);

  Gatherer() {
    for (int form = 0; form < 4; form++) {
      codes.add(GatherCode.emit((form & 1) != 0, (form & 2) != 0));
    }
  }

  private static MemorySegment pattern(int value) {
    byte[] bytes = new byte[VECTOR_BYTES];
    Arrays.fill(bytes, (byte) value);
    return MemorySegment.ofArray(bytes);
  }

  /**
   * Gathers rows that follow one another.
   *
   * @param rows how the rows lie
   * @param a codes
   * @param offset index of the first row
   * @param out receives the rows
   * @param outStride bytes from one of them to the next
   * @param flipped whether codes change their sign
   */
  void rows(RowGeometry rows, byte[] a, int offset, MemorySegment out, int outStride, boolean flipped) {
    long[] parameters = parameters(rows, outStride, VECTOR_BYTES, 0);
    long bytes = (rows.rows() - 1L) * outStride + (long) rows.segments() * rows.segmentBytes();
    run(rows, a, offset, out.asSlice(0, bytes), flipped, parameters);
  }

  /**
   * Gathers rows of one segment as blocks of up to 16 rows x 64 bytes without gaps, which the tiles of AMX load fastest: the
   * blocks of the first 16 rows, then those of the next.
   *
   * @param rows one line of rows
   * @param a codes
   * @param offset index of the first row
   * @param out receives the blocks
   * @param paddedK bytes of a row, whole blocks
   */
  void blocks(RowGeometry rows, byte[] a, int offset, MemorySegment out, int paddedK) {
    int groups = rows.width() / GROUP;
    int rest = rows.width() % GROUP;
    long groupBytes = (long) GROUP * paddedK;
    int stride = rows.rowStride();
    if (groups > 0) {
      RowGeometry whole = new RowGeometry(groups, GROUP * stride, GROUP, stride, 1, 0, rows.segmentBytes());
      run(whole, a, offset, out.asSlice(0, groups * groupBytes), false, blockParameters(whole, groupBytes));
    }
    if (rest > 0) {
      RowGeometry last = RowGeometry.matrix(rest, stride, rows.segmentBytes());
      run(
          last, a, offset + groups * GROUP * stride, out.asSlice(groups * groupBytes, groupBytes), false,
          blockParameters(last, groupBytes));
    }
  }

  private static long[] blockParameters(RowGeometry rows, long groupBytes) {
    return parameters(rows, VECTOR_BYTES, GROUP * VECTOR_BYTES, groupBytes - GROUP * VECTOR_BYTES);
  }

  private static long[] parameters(RowGeometry rows, int outStride, int outStep, long outLineGap) {
    int vectors = rows.segmentBytes() / VECTOR_BYTES;
    int tail = rows.segmentBytes() % VECTOR_BYTES;
    long[] parameters = new long[GatherCode.PARAMETERS];
    parameters[GatherCode.VECTORS] = vectors;
    parameters[GatherCode.TAIL_MASK] = (1L << tail) - 1;
    parameters[GatherCode.TAIL] = tail;
    parameters[GatherCode.SEGMENTS] = rows.segments();
    parameters[GatherCode.SEGMENT_GAP] = rows.segmentStride() - (long) vectors * VECTOR_BYTES;
    parameters[GatherCode.WIDTH] = rows.width();
    parameters[GatherCode.ROW_STRIDE] = rows.rowStride();
    parameters[GatherCode.LINES] = rows.lines();
    parameters[GatherCode.LINE_STRIDE] = rows.lineStride();
    parameters[GatherCode.OUT_STRIDE] = outStride;
    parameters[GatherCode.OUT_STEP] = outStep;
    parameters[GatherCode.OUT_LINE_GAP] = outLineGap;
    return parameters;
  }

  /** Throws where the rows would leave their array. */
  private void run(RowGeometry rows, byte[] a, int offset, MemorySegment out, boolean flipped, long[] parameters) {
    MemorySegment source = MemorySegment.ofArray(a).asSlice(offset, rows.extent());
    MemorySegment pattern = flipped ? flip : keep;
    int form = (parameters[GatherCode.VECTORS] > 0 ? 1 : 0) + (parameters[GatherCode.TAIL] > 0 ? 2 : 0);
    codes.get(form).call(source, out, pattern, pattern, pattern, parameters);
  }
}
