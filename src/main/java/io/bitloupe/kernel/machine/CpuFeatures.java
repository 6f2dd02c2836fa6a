package io.bitloupe.kernel.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What this processor and this system offer to kernels in machine code.
 *
 * @param vnni AVX512-VNNI, with the system saving the wide registers
 * @param amx AMX for 8-bit integers, with the system having granted tiles to this process
 * @param reason one sentence for people: what was found, or what is missing and whether processor or system lacks it
 */
record CpuFeatures(boolean vnni, boolean amx, String reason) {

  private static final int LEAF_FEATURES = 1;
  private static final int LEAF_EXTENDED = 7;
  private static final int OSXSAVE = 27;
  private static final int AVX512F = 16;
  private static final int AVX512BW = 30;
  private static final int AVX512VNNI = 11;
  private static final int AMX_TILE = 24;
  private static final int AMX_INT8 = 25;
  private static final long STATE_AVX512 = 0xE6;
  private static final long STATE_TILES = 0x60000;
  private static final long SYSCALL_ARCH_PRCTL = 158;
  private static final long REQUEST_PERMISSION = 0x1023;
  private static final long TILE_DATA = 18;

  /** Asks the processor, and asks the system for tiles. Never throws. */
  static CpuFeatures detect() {
    return detect(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /** As {@link #detect()}, on a system and an architecture by the names that Java has for them. */
  static CpuFeatures detect(String system, String architecture) {
    if (!architecture.equals("amd64") || !system.equals("Linux")) {
      String reason = "machine code is emitted for Linux on x86-64 only, this is %s on %s".formatted(system, architecture);
      return new CpuFeatures(false, false, reason);
    }
    try {
      return ask();
    } catch (UnsupportedOperationException | IllegalCallerException refused) {
      return new CpuFeatures(false, false, String.valueOf(refused.getMessage()));
    }
  }

  private static CpuFeatures ask() {
    int[] features = cpuid(LEAF_FEATURES);
    int[] extended = cpuid(LEAF_EXTENDED);
    if (!bit(features[2], OSXSAVE) || !bit(extended[1], AVX512F) || !bit(extended[1], AVX512BW)
        || !bit(extended[2], AVX512VNNI)) {
      return new CpuFeatures(false, false, "the processor has no AVX512-VNNI");
    }
    long enabled = enabledState();
    if ((enabled & STATE_AVX512) != STATE_AVX512) {
      return new CpuFeatures(false, false, "the system has disabled AVX-512");
    }
    if (!bit(extended[3], AMX_TILE) || !bit(extended[3], AMX_INT8)) {
      return new CpuFeatures(true, false, "the processor has AVX512-VNNI and no AMX");
    }
    if ((enabled & STATE_TILES) != STATE_TILES || !tilesGranted()) {
      return new CpuFeatures(true, false, "the processor has AVX512-VNNI; the system does not grant AMX tiles");
    }
    return new CpuFeatures(true, true, "the processor has AVX512-VNNI and AMX");
  }

  private static boolean bit(int word, int position) {
    return (word >>> position & 1) != 0;
  }

  private static int[] cpuid(int leaf) {
    X64Assembler code = new X64Assembler();
    code.push(X64Assembler.RBX);
    code.move(X64Assembler.R8, X64Assembler.RDI);
    code.loadImmediate(X64Assembler.RAX, leaf);
    code.loadImmediate(X64Assembler.RCX, 0);
    code.cpuid();
    code.store32(X64Assembler.R8, 0, X64Assembler.RAX);
    code.store32(X64Assembler.R8, 4, X64Assembler.RBX);
    code.store32(X64Assembler.R8, 8, X64Assembler.RCX);
    code.store32(X64Assembler.R8, 12, X64Assembler.RDX);
    code.pop(X64Assembler.RBX);
    code.ret();
    return call(code, 4);
  }

  private static long enabledState() {
    X64Assembler code = new X64Assembler();
    code.move(X64Assembler.R8, X64Assembler.RDI);
    code.loadImmediate(X64Assembler.RCX, 0);
    code.xgetbv();
    code.store32(X64Assembler.R8, 0, X64Assembler.RAX);
    code.store32(X64Assembler.R8, 4, X64Assembler.RDX);
    code.ret();
    int[] words = call(code, 2);
    return Integer.toUnsignedLong(words[0]) | (long) words[1] << Integer.SIZE;
  }

  @SuppressWarnings("restricted") // calls code emitted above
  private static int[] call(X64Assembler code, int words) {
    int[] result = new int[words];
    MethodHandle function =
        Linker.nativeLinker()
            .downcallHandle(
                ExecutableMemory.place(code.toByteArray()),
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS),
                Linker.Option.critical(true));
    try {
      function.invokeExact(MemorySegment.ofArray(result));
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new UnsupportedOperationException("machine code cannot be called", impossible);
    }
    return result;
  }

  /** Linux grants tiles to a process that asks. */
  private static boolean tilesGranted() {
    MethodHandle syscall =
        ExecutableMemory.libc(
            "syscall",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    try {
      return (long) syscall.invokeExact(SYSCALL_ARCH_PRCTL, REQUEST_PERMISSION, TILE_DATA) == 0;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new UnsupportedOperationException("the system cannot be asked for AMX tiles", impossible);
    }
  }
}
