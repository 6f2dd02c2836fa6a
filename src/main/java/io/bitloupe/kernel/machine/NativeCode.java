package io.bitloupe.kernel.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function in machine code that takes five addresses and an array of longs (System V calling convention). It works on heap
 * arrays where they are.
 */
final class NativeCode {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
          ValueLayout.ADDRESS);

  private final MethodHandle function;
  private final int parameters;

  /**
   * Places code.
   *
   * @param entry where it starts
   * @param parameters least length of the array of longs
   */
  @SuppressWarnings("restricted") // calling emitted code is what this class is for
  NativeCode(X64Assembler code, int entry, int parameters) {
    MemorySegment address = ExecutableMemory.place(code.toByteArray()).asSlice(entry);
    this.function = Linker.nativeLinker().downcallHandle(address, SIGNATURE, Linker.Option.critical(true));
    this.parameters = parameters;
  }

  /** Offset of a parameter in bytes. */
  static int offset(int parameter) {
    return parameter * Long.BYTES;
  }

  /** Calls; the longs are the sixth argument. */
  void call(
      MemorySegment first, MemorySegment second, MemorySegment third, MemorySegment fourth, MemorySegment fifth, long[] longs) {
    if (longs.length < parameters) {
      throw new IllegalArgumentException("%d parameters where %d are read".formatted(longs.length, parameters));
    }
    try {
      function.invokeExact(first, second, third, fourth, fifth, MemorySegment.ofArray(longs));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code threw", impossible);
    }
  }
}
