package io.bitloupe.engine;

import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.exec.OrtProduct;
import io.bitloupe.exec.Processor;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.IntegerFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * This machine as a roofline, measured on one thread: peaks are the fastest of many products of square matrices, codes in to codes
 * out, by the integer kernels in use and in float by ONNX Runtime; bandwidth is that of the fastest copy of an array that no cache
 * holds; the overhead is that of a product of one row.
 */
public final class MachineRoofline {

  private static final int SIDE = 512;
  private static final int LEAST_SIDE = 16;
  private static final int COPIED_BYTES = 64 << 20;
  private static final int FEWEST_RUNS = 5;
  private static final long SETTLED_NANOS = 200_000_000L;
  private static final long LONGEST_NANOS = 4_000_000_000L;
  private static final double NO_FASTER = 0.98;
  private static final long SEED = 1;

  private MachineRoofline() {}

  /** Measures; takes a few seconds. */
  public static HardwareProfile measure() {
    List<HardwareProfile.Peak> peaks = new ArrayList<>();
    for (int bits : new int[] {1, 2, Byte.SIZE}) {
      peaks.add(new HardwareProfile.Peak(bits, bits, 2.0 * SIDE * SIDE * SIDE / integerSeconds(SIDE, SIDE, bits)));
    }
    // 16-bit activations are multiplied as two planes of bytes.
    peaks.add(new HardwareProfile.Peak(Byte.SIZE, Short.SIZE, peaks.getLast().operationsPerSecond() / 2));
    peaks.add(new HardwareProfile.Peak(Float.SIZE, Float.SIZE, 2.0 * SIDE * SIDE * SIDE / floatSeconds()));
    return new HardwareProfile(
        HardwareProfiles.THIS_MACHINE,
        "Measured on %s, one thread: products of %d x %d matrices (%s; float by ONNX Runtime), a copy of %d MiB"
            .formatted(Processor.name(), SIDE, SIDE, KernelChoice.best().reason(), COPIED_BYTES >> 20),
        Set.of(1, 2, 3, 4, 5, 6, 7, 8, Float.SIZE),
        Set.of(2, 3, 4, 5, 6, 7, 8, Short.SIZE, Float.SIZE),
        Set.of("tensor", "channel", "channels", "block"),
        peaks,
        2.0 * COPIED_BYTES / copySeconds(),
        integerSeconds(1, LEAST_SIDE, Byte.SIZE));
  }

  /** Seconds of the fastest product of m x side codes by side x side codes of {@code bits} bits each. */
  private static double integerSeconds(int m, int side, int bits) {
    Random random = new Random(SEED);
    byte[] a = new byte[m * side];
    for (int i = 0; i < a.length; i++) {
      a[i] = (byte) random.nextInt(1 << bits);
    }
    byte[] b = new byte[side * side];
    for (int i = 0; i < b.length; i++) {
      int level = random.nextInt(1 << bits);
      b[i] = (byte) (bits == 1 ? 2 * level - 1 : level - (1 << bits - 1));
    }
    KernelChoice choice = KernelChoice.best();
    IntegerGemm gemm = choice.kernels().gemm();
    PackedWeights packed = gemm.pack(b, side, side, true, IntegerFormat.activations(bits));
    float[] scales = new float[side];
    Arrays.fill(scales, 1f / (side << bits));
    Epilogue epilogue = new Epilogue(new int[side], new FloatScaleRequantizer(scales, 0, 0, 255));
    byte[] out = new byte[m * side];
    Scratch scratch = new Scratch();
    return fastestSeconds(
        () -> gemm.multiplyToCodes(a, 0, side, m, packed, epilogue, choice.kernels().pointwise(), out, 0, scratch));
  }

  private static double floatSeconds() {
    float[] ones = new float[SIDE * SIDE];
    Arrays.fill(ones, 1);
    try (OrtProduct product = OrtProduct.ofFloats(ones, ones.clone(), SIDE, SIDE, SIDE)) {
      return fastestSeconds(product::run);
    }
  }

  private static double copySeconds() {
    byte[] from = new byte[COPIED_BYTES];
    byte[] to = new byte[COPIED_BYTES];
    Arrays.fill(from, (byte) 1);
    return fastestSeconds(() -> System.arraycopy(from, 0, to, 0, COPIED_BYTES));
  }

  /** The fastest of runs that go on until none has been faster for a while: by then the JVM has compiled what they run. */
  private static double fastestSeconds(Runnable work) {
    long start = System.nanoTime();
    long improved = start;
    long fastest = Long.MAX_VALUE;
    for (int run = 0; run < FEWEST_RUNS || System.nanoTime() - improved < SETTLED_NANOS; run++) {
      long before = System.nanoTime();
      work.run();
      long after = System.nanoTime();
      if (after - before < fastest * NO_FASTER) {
        improved = after;
      }
      fastest = Math.min(fastest, after - before);
      if (after - start > LONGEST_NANOS) {
        break;
      }
    }
    return fastest * 1e-9;
  }
}
