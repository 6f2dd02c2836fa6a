package io.bitloupe.exec;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The C library's heap, from which ONNX Runtime takes its memory. Unless told otherwise, glibc keeps up to tens of megabytes for
 * each thread after they were freed, and raises what it keeps with every large piece: sessions come and go, and what the largest of
 * them took would stay.
 */
final class NativeHeap {

  /** glibc, {@code man mallopt}: from how many bytes on a piece is given back to the system when it is freed. */
  private static final int M_MMAP_THRESHOLD = -3;

  /** The same: how many heaps threads share. */
  private static final int M_ARENA_MAX = -8;

  private static final int LARGE = 1 << 20;
  private static final int HEAPS = 2;

  private static final Logger LOG = Logger.getLogger(NativeHeap.class.getName());

  private NativeHeap() {}

  /** Has memory given back when it is freed, where the C library can be told so. */
  @SuppressWarnings("restricted") // the signature is that of the C library's manual
  static void giveBackWhatIsFreed() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> address = linker.defaultLookup().find("mallopt");
    if (address.isEmpty()) {
      return;
    }
    MethodHandle mallopt =
        linker.downcallHandle(
            address.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      // A library that does not know these says so and goes on as before.
      int large = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, LARGE);
      int heaps = (int) mallopt.invokeExact(M_ARENA_MAX, HEAPS);
      LOG.log(Level.FINE, "freed memory goes back to the system: {0}, {1}", new Object[] {large, heaps});
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
