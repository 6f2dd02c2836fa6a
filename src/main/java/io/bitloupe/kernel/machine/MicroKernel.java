package io.bitloupe.kernel.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Machine code that computes one tile of {@code C = A B}: some rows of unsigned bytes A, row-major, by a panel of signed bytes
 * B, packed in groups of four along K, into int32 C, row-major. C is overwritten.
 */
final class MicroKernel {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

  private final MethodHandle function;

  MicroKernel(X64Assembler code) {
    this.function =
        Linker.nativeLinker()
            .downcallHandle(ExecutableMemory.place(code.toByteArray()), SIGNATURE, Linker.Option.critical(true));
  }

  /**
   * Computes the tile.
   *
   * @param a first row of A
   * @param aStride bytes from one row of A to the next
   * @param b the panel
   * @param c first row of the tile
   * @param cStride bytes from one row of C to the next
   * @param blocks number of K blocks, at least 1
   */
  void run(MemorySegment a, long aStride, MemorySegment b, MemorySegment c, long cStride, long blocks) {
    try {
      function.invokeExact(a, aStride, b, c, cStride, blocks);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code threw", impossible);
    }
  }
}
