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

  /**
   * One handle for all code, which takes the address as its first argument: a constant is compiled into its caller, whereas a handle
   * for each function would be specialized and compiled for each.
   */
  @SuppressWarnings("restricted") // calling emitted code is what this class is for
  private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(SIGNATURE, Linker.Option.critical(true));

  private final MemorySegment entry;
  private final int parameters;

  /**
   * Places code.
   *
   * @param entry where it starts
   * @param parameters least length of the array of longs
   */
  NativeCode(X64Assembler code, int entry, int parameters) {
    this.entry = ExecutableMemory.place(code.toByteArray()).asSlice(entry);
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
      CALL.invokeExact(entry, first, second, third, fourth, fifth, MemorySegment.ofArray(longs));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException("machine code threw", impossible);
    }
  }
}
