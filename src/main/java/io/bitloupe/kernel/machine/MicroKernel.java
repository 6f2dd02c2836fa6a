package io.bitloupe.kernel.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Machine code that multiplies tiles of rows of A (bytes, row-major) by one panel of B (bytes, packed in groups of four along
 * K). It writes int32 accumulators, or codes through the fused epilogue.
 */
final class MicroKernel {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

  private final MethodHandle function;

  @SuppressWarnings("restricted") // calling emitted code is what this class is for
  MicroKernel(X64Assembler code, int entry) {
    MemorySegment address = ExecutableMemory.place(code.toByteArray()).asSlice(entry);
    this.function = Linker.nativeLinker().downcallHandle(address, SIGNATURE, Linker.Option.critical(true));
  }

  /**
   * Computes.
   *
   * @param a first row of A
   * @param aStride bytes from one row of A to the next
   * @param panel the panel of B
   * @param c where accumulators go: all of them, or those of one tile at a time when codes are asked for
   * @param cStride bytes from one row of C to the next
   * @param blocks number of K blocks, at least 1
   * @param tiles number of row tiles, at least 1
   * @param epilogue for each column of the panel bias, scale (float bits), least and greatest rounded value (float bits) and
   *     zero-point, each as a row of ints; not read when accumulators are asked for
   * @param out first row of the codes; not written when accumulators are asked for
   * @param outStride bytes from one row of codes to the next
   */
  void run(
      MemorySegment a, long aStride, MemorySegment panel, MemorySegment c, long cStride, long blocks, long tiles,
      MemorySegment epilogue, MemorySegment out, long outStride) {
    try {
      function.invokeExact(a, aStride, panel, c, cStride, blocks, tiles, epilogue, out, outStride);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code threw", impossible);
    }
  }
}
