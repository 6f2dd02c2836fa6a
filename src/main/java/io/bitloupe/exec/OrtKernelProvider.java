package io.bitloupe.exec;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.KernelProvider;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.vector.VectorKernelProvider;
import io.bitloupe.kernel.vector.VectorKernels;
import java.util.Arrays;
import java.util.Optional;

/**
 * Offers ONNX Runtime's products, to those who ask for them by name, where they are exact: on ARM, and on x86-64 with VNNI. Older
 * x86-64 processors saturate sums of two products. Nobody gets them unasked: whole models were not faster (docs/performance.md).
 */
public final class OrtKernelProvider implements KernelProvider {

  private static final int DEPTH = 64;
  private static final int ROWS = 4;
  private static final int COLUMNS = 16;

  private static final class Holder {
    static final boolean EXACT = isExact(new OrtGemm());
    static final Kernels KERNELS = new OrtKernels(VectorKernels.preferred());

    private Holder() {}
  }

  @Override
  public String name() {
    return OrtKernels.NAME;
  }

  @Override
  public int priority() {
    return 5;
  }

  @Override
  public boolean isPortable() {
    return false;
  }

  @Override
  public Optional<String> obstacle() {
    Optional<String> vectors = new VectorKernelProvider().obstacle();
    return vectors.isPresent() || Holder.EXACT ? vectors
        : Optional.of("ONNX Runtime's products cannot be used: they saturate on this processor, which has no 8-bit dot product.");
  }

  /** Whether the greatest sums of two products come out right, for signed and unsigned rows. */
  static boolean isExact(IntegerGemm gemm) {
    byte[] a = new byte[ROWS * DEPTH];
    byte[] b = new byte[DEPTH * COLUMNS];
    Arrays.fill(b, Byte.MIN_VALUE);
    for (boolean signed : new boolean[] {false, true}) {
      int greatest = signed ? Byte.MAX_VALUE : 0xFF;
      Arrays.fill(a, (byte) greatest);
      PackedWeights packed = gemm.pack(b, DEPTH, COLUMNS, true, signed);
      int[] sums = new int[ROWS * COLUMNS];
      gemm.multiply(a, 0, DEPTH, ROWS, packed, sums, 0, COLUMNS, new Scratch());
      int expected = greatest * Byte.MIN_VALUE * DEPTH;
      if (Arrays.stream(sums).anyMatch(sum -> sum != expected)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String description() {
    return "large products in ONNX Runtime's 8-bit kernels, which are exact here; others: " + VectorKernels.preferred().description();
  }

  @Override
  public Kernels kernels() {
    return Holder.KERNELS;
  }
}
