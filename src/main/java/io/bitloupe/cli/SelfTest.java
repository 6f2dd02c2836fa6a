package io.bitloupe.cli;

import io.bitloupe.exec.OrtSessions;
import io.bitloupe.kernel.FixedPointRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.scalar.ScalarGemm;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.Requantization;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What {@code self-test} checks, each in well under a second. */
final class SelfTest {

  /** The version that all measurements of this release were made with. */
  static final String ONNX_RUNTIME = "1.29.0";

  private static final long SEED = 1;
  private static final int[] AWKWARD = {1, 2, 3, 7, 8, 15, 17, 31, 33, 64, 65, 129};
  private static final int PRODUCTS = 60;

  /**
   * A check.
   *
   * @param name what is checked
   * @param body checks it
   */
  record Check(String name, Body body) {}

  /** Checks something. */
  @FunctionalInterface
  interface Body {
    /**
     * Checks it.
     *
     * @return what was found to be right
     * @throws Exception or AssertionError when something is wrong; the message says what
     */
    String run() throws Exception;
  }

  private SelfTest() {}

  static List<Check> checks() {
    return List.of(
        new Check("kernels", SelfTest::kernels),
        new Check("quantization", SelfTest::quantization),
        new Check("requantization", SelfTest::requantization),
        new Check("ONNX Runtime", SelfTest::onnxRuntime),
        new Check("export", SmallRoundTrip::run));
  }

  /** The kernels in use against the scalar ones, on shapes that no vector length divides and on extreme codes. */
  private static String kernels() {
    KernelChoice choice = KernelChoice.best();
    IntegerGemm gemm = choice.kernels().gemm();
    Random random = new Random(SEED);
    int products = 0;
    for (int i = 0; i < PRODUCTS; i++) {
      int m = AWKWARD[random.nextInt(AWKWARD.length)];
      int k = AWKWARD[random.nextInt(AWKWARD.length)];
      int n = AWKWARD[random.nextInt(AWKWARD.length)];
      byte[] a = codes(random, m * k, i);
      byte[] b = codes(random, k * n, i);
      boolean signedWeights = random.nextBoolean();
      boolean signedActivations = random.nextBoolean();
      int[] expected = product(new ScalarGemm(), a, b, m, k, n, signedWeights, signedActivations);
      int[] actual = product(gemm, a, b, m, k, n, signedWeights, signedActivations);
      require(
          Arrays.equals(expected, actual),
          "%s differs from the oracle for %d x %d x %d, seed %d".formatted(choice.kernels().name(), m, k, n, SEED));
      products++;
    }
    return "%s equals the oracle on %d products".formatted(choice.reason(), products);
  }

  private static byte[] codes(Random random, int count, int round) {
    byte[] codes = new byte[count];
    random.nextBytes(codes);
    if (round % 3 == 0) {
      Arrays.fill(codes, round % 2 == 0 ? Byte.MIN_VALUE : (byte) -1);
    }
    return codes;
  }

  private static int[] product(
      IntegerGemm gemm, byte[] a, byte[] b, int m, int k, int n, boolean signedWeights, boolean signedActivations) {
    PackedWeights packed = gemm.pack(b, k, n, signedWeights, signedActivations);
    int[] c = new int[m * n];
    gemm.multiply(a, 0, k, m, packed, c, 0, n, new Scratch());
    return c;
  }

  /** [-1, 3] on unsigned 8 bits: S = 4/255, Z = 64. */
  private static String quantization() {
    IntegerFormat format = IntegerFormat.activations(8);
    Affine affine = Affine.of(new Range(-1, 3), format);
    equal("zero-point of [-1, 3]", 64, affine.zeroPoint());
    equal("code of 1.5", 160, affine.quantize(1.5f, format));
    equal("code of 3", 255, affine.quantize(3f, format));
    equal("code of -1", 0, affine.quantize(-1f, format));
    equal("code of 0", 64, affine.quantize(0f, format));
    Affine unit = new Affine(1, 0);
    equal("code of 2.5, half to even", 2, unit.quantize(2.5f, format));
    equal("code of 3.5, half to even", 4, unit.quantize(3.5f, format));
    return "scale, zero-point and half-to-even rounding as worked by hand";
  }

  private static String requantization() {
    FixedPointRequantizer fixed = FixedPointRequantizer.of(new double[] {0.0123, 0.5, 0.3}, 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
    equal("m0 of 0.0123", 1690499128, fixed.multipliers()[0]);
    equal("e of 0.0123", -6, fixed.exponents()[0]);
    equal("12345 * 0.0123", 152, fixed.requantize(12345, 0));
    equal("-12345 * 0.0123", -152, fixed.requantize(-12345, 0));
    equal("12345 * 0.5", 6173, fixed.requantize(12345, 1));
    equal("-12345 * 0.5", -6172, fixed.requantize(-12345, 1));
    equal("-4998 * 0.3, rounded twice", -1500, fixed.requantize(-4998, 2));
    Requantizer dyadic = requantizer(Requantization.DYADIC);
    equal("-4998 * 0.3, rounded once", -1499, dyadic.requantize(-4998, 0));
    Requantizer inFloat = requantizer(Requantization.FLOAT_SCALE);
    equal("-4998 * 0.3 in float", -1499, inFloat.requantize(-4998, 0));
    return "float, fixed-point and dyadic as worked by hand";
  }

  private static Requantizer requantizer(Requantization kind) {
    return Requantizer.ofMultipliers(kind, new double[] {0.3}, 0, -(1 << 20), 1 << 20);
  }

  private static String onnxRuntime() {
    String version = OrtSessions.version();
    require(version.equals(ONNX_RUNTIME), "version %s where %s was measured".formatted(version, ONNX_RUNTIME));
    return version;
  }

  static void equal(String what, long expected, long actual) {
    require(expected == actual, "%s is %d, not %d".formatted(what, actual, expected));
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
