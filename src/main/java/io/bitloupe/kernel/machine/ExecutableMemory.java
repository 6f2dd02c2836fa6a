package io.bitloupe.kernel.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Places machine code where the processor may execute it. The pages are written first and made executable, and no longer
 * writable, afterwards. They live as long as the process.
 */
final class ExecutableMemory {

  private static final int PROT_READ_WRITE = 3;
  private static final int PROT_READ_EXECUTE = 5;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long PAGE = 4096;

  private ExecutableMemory() {}

  /**
   * The address of a copy of {@code code}.
   *
   * @throws UnsupportedOperationException when the system grants no executable memory
   */
  @SuppressWarnings("restricted") // the size is the one that was mapped
  static MemorySegment place(byte[] code) {
    long size = (code.length + PAGE - 1) / PAGE * PAGE;
    try {
      MethodHandle map =
          libc("mmap", FunctionDescriptor.of(
              ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
      MethodHandle protect =
          libc("mprotect", FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
      MemorySegment pages =
          (MemorySegment) map.invokeExact(MemorySegment.NULL, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (pages.address() == -1) {
        throw new UnsupportedOperationException("the system grants no memory for machine code");
      }
      pages = pages.reinterpret(size);
      MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
      if ((int) protect.invokeExact(pages, size, PROT_READ_EXECUTE) != 0) {
        throw new UnsupportedOperationException("the system does not let memory become executable");
      }
      return pages;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new UnsupportedOperationException("the system refuses machine code", impossible);
    }
  }

  /** A function of the C library. */
  @SuppressWarnings("restricted") // signatures are those of the C library's manual
  static MethodHandle libc(String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    MemorySegment address =
        lookup.find(name).orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    return linker.downcallHandle(address, descriptor, options);
  }
}
