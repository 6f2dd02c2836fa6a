package io.bitloupe.kernel.vector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import jdk.incubator.vector.VectorShape;
import org.jspecify.annotations.Nullable;

/**
 * Makes kernels for a vector width. HotSpot compiles a species into machine code only where it is a constant, so each kernel
 * class holds its species in static finals, and another width is another copy of the class, defined from the same bytes with
 * the width as its class data.
 */
final class Widths {

  private Widths() {}

  /** Bits of the vectors that this machine prefers. */
  static int preferred() {
    return VectorShape.preferredShape().vectorBitSize();
  }

  /** Vectors of the class that asks: of the width that it was defined for, else the preferred ones. */
  static VectorShape shape(Lookup kernel) {
    try {
      @Nullable Integer bits = MethodHandles.classData(kernel, ConstantDescs.DEFAULT_NAME, Integer.class);
      return VectorShape.forBitSize(bits == null ? preferred() : bits);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether there are 32 registers for vectors of {@code shape}, not 16: with AVX-512, and on ARM. */
  static boolean manyRegisters(VectorShape shape) {
    return shape.vectorBitSize() == 512 || System.getProperty("os.arch", "").equals("aarch64");
  }

  /** A copy of {@code template} for vectors of {@code bits} bits, made by its only constructor. */
  static <T> T instance(Class<? extends T> template, Class<T> type, int bits, Object... arguments) {
    try (InputStream stream = template.getResourceAsStream(template.getSimpleName() + ".class")) {
      if (stream == null) {
        throw new IllegalStateException(template + " has no class file");
      }
      Lookup copy = MethodHandles.lookup().defineHiddenClassWithClassData(stream.readAllBytes(), bits, true);
      return type.cast(copy.lookupClass().getDeclaredConstructors()[0].newInstance(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
