package io.bitloupe.kernel.machine;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers rows of A into aligned memory. Thread-safe. */
final class Gatherer {

  private static final int VECTOR_BYTES = 64;

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
   * Gathers.
   *
   * @param rows how the rows lie
   * @param a codes
   * @param offset index of the first row
   * @param out receives the rows
   * @param outStride bytes from one of them to the next
   * @param flipped whether codes change their sign
   */
  void run(RowGeometry rows, byte[] a, int offset, MemorySegment out, int outStride, boolean flipped) {
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
    // Throws where the rows would leave either memory.
    MemorySegment source = MemorySegment.ofArray(a).asSlice(offset, rows.extent());
    MemorySegment result = out.asSlice(0, (rows.rows() - 1L) * outStride + (long) rows.segments() * rows.segmentBytes());
    MemorySegment pattern = flipped ? flip : keep;
    codes.get((vectors > 0 ? 1 : 0) + (tail > 0 ? 2 : 0)).call(source, result, pattern, pattern, pattern, parameters);
  }
}
