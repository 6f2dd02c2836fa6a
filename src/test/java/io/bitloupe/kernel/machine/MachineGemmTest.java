package io.bitloupe.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.scalar.ScalarGemm;
import io.bitloupe.kernel.scalar.ScalarKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** The machine-code products against the oracle, bit for bit, on every instruction set that this processor has. */
class MachineGemmTest {

  private static final long SEED = 20261121;
  private static final int[][] SHAPES = {
    {1, 1, 1}, {1, 2048, 1000}, {2, 3, 5}, {7, 63, 31}, {8, 64, 32}, {9, 65, 33}, {15, 127, 15}, {16, 128, 16}, {17, 129, 17},
    {31, 255, 64}, {32, 256, 96}, {33, 257, 65}, {63, 31, 1}, {64, 9, 127}, {65, 5, 129}, {100, 1152, 40}, {513, 27, 24},
    {1, 66311, 3},
  };
  private static final byte SENTINEL = 77;

  private static List<TileEngine> engines() {
    CpuFeatures features = CpuFeatures.detect();
    List<TileEngine> engines = new ArrayList<>();
    if (features.vnni()) {
      engines.add(new VnniEngine());
    }
    if (features.amx()) {
      engines.add(new AmxEngine());
    }
    return engines;
  }

  /** On a processor that has the instructions, nothing may be left untested. */
  @Test
  void everyInstructionSetOfTheProcessorIsTested() throws IOException {
    Path flags = Path.of("/proc/cpuinfo");
    String processor = Files.exists(flags) ? Files.readString(flags) : "";
    CpuFeatures features = CpuFeatures.detect();
    System.err.println("machine code: " + features.reason() + ", seed " + SEED);
    assertThat(features.vnni()).isEqualTo(processor.contains("avx512_vnni"));
    if (features.vnni()) {
      assertThat(features.amx()).isEqualTo(processor.contains("amx_int8"));
    }
  }

  @Test
  void accumulatorsEqualTheOracle() {
    Random random = new Random(SEED);
    int cases = 0;
    for (TileEngine engine : engines()) {
      for (int[] shape : SHAPES) {
        for (int signs = 0; signs < 4; signs++) {
          checkAccumulators(engine, shape, (signs & 1) != 0, (signs & 2) != 0, () -> random.nextInt());
          checkAccumulators(engine, shape, (signs & 1) != 0, (signs & 2) != 0, () -> 0x80);
          checkAccumulators(engine, shape, (signs & 1) != 0, (signs & 2) != 0, () -> 0xFF);
          cases += 3;
        }
      }
    }
    assertThat(cases).isEqualTo(engines().size() * SHAPES.length * 12);
  }

  /** Codes that span at most 4 bits are stored two in a byte: products of one or two rows read them so, others unpack a panel. */
  @Test
  void weightsOfFourBitsEqualTheOracle() {
    Random random = new Random(SEED);
    int cases = 0;
    for (TileEngine engine : engines()) {
      for (int k : new int[] {1, 2, 63, 64, 65, 127, 128, 129, 2048}) {
        for (int n : new int[] {1, 15, 16, 17, 31, 32, 33, 64, 100}) {
          for (int m : new int[] {1, 2, 3, 9, 40}) {
            int span = 1 + random.nextInt(15);
            int least = -random.nextInt(span + 1);
            byte[] weights = bytes(k * n, () -> least + random.nextInt(span + 1));
            byte[] a = bytes(m * k, cases % 3 == 0 ? () -> 0xFF : random::nextInt);
            int[] shape = {m, k, n};
            MachineWeights packed = (MachineWeights) new MachineGemm((_, _, _) -> engine).pack(weights, k, n, true, false);
            assertThat(packed.panels()).isInstanceOf(Nibbles.class);
            compareCodes(engine, shape, a, weights, true, false, random);
            compareSums(engine, shape, a, weights, false);
            compareSums(engine, shape, a, weights, true);
            cases++;
          }
        }
      }
    }
    assertThat(cases).isEqualTo(engines().size() * 405);
  }

  private static void compareSums(TileEngine engine, int[] shape, byte[] a, byte[] b, boolean activationsSigned) {
    int[] expected = new int[shape[0] * shape[2] + 3];
    Arrays.fill(expected, SENTINEL);
    int[] actual = expected.clone();
    for (IntegerGemm gemm : List.of(new ScalarGemm(), new MachineGemm((_, _, _) -> engine))) {
      PackedWeights packed = gemm.pack(b, shape[1], shape[2], true, activationsSigned);
      gemm.multiply(
          a, 0, shape[1], shape[0], packed, gemm instanceof ScalarGemm ? expected : actual, 1, shape[2], new Scratch());
    }
    assertThat(actual).as("%s %s", engine.getClass(), Arrays.toString(shape)).isEqualTo(expected);
  }

  private static void checkAccumulators(
      TileEngine engine, int[] shape, boolean weightsSigned, boolean activationsSigned, IntSupplier codes) {
    int m = shape[0];
    int k = shape[1];
    int n = shape[2];
    byte[] a = bytes(m * k + 3, codes);
    byte[] b = bytes(k * n, codes);
    int stride = n + 2;
    int[] expected = new int[m * stride + 5];
    Arrays.fill(expected, SENTINEL);
    int[] actual = expected.clone();
    IntegerGemm oracle = new ScalarGemm();
    oracle.multiply(
        a, 3, k, m, oracle.pack(b, k, n, weightsSigned, activationsSigned), expected, 1, stride, new Scratch());
    IntegerGemm machine = new MachineGemm((_, _, _) -> engine);
    PackedWeights packed = machine.pack(b, k, n, weightsSigned, activationsSigned);
    machine.multiply(a, 3, k, m, packed, actual, 1, stride, new Scratch());
    assertThat(actual).isEqualTo(expected);
    int[] again = new int[actual.length];
    Arrays.fill(again, SENTINEL);
    Scratch scratch = new Scratch();
    byte[] within = new byte[b.length + 7];
    System.arraycopy(b, 0, within, 7, b.length);
    machine.multiply(
        a, 3, k, m, machine.packOnce(within, 7, k, n, weightsSigned, activationsSigned, scratch), again, 1, stride, scratch);
    assertThat(again).isEqualTo(expected);
    assertThat(actual)
        .as("%s %s weights signed %s activations signed %s", engine.getClass(), Arrays.toString(shape), weightsSigned, activationsSigned)
        .isEqualTo(expected);
  }

  @Test
  void fusedCodesEqualTheOracle() {
    Random random = new Random(SEED);
    int cases = 0;
    for (TileEngine engine : engines()) {
      for (int[] shape : SHAPES) {
        for (int signs = 0; signs < 4; signs++) {
          checkCodes(engine, shape, (signs & 1) != 0, (signs & 2) != 0, random);
          cases++;
        }
      }
    }
    assertThat(cases).isEqualTo(engines().size() * SHAPES.length * 4);
  }

  private static void checkCodes(
      TileEngine engine, int[] shape, boolean weightsSigned, boolean activationsSigned, Random random) {
    int m = shape[0];
    int k = shape[1];
    int n = shape[2];
    compareCodes(
        engine, shape, bytes(m * k, random::nextInt), bytes(k * n, random::nextInt), weightsSigned, activationsSigned, random);
  }

  private static void compareCodes(
      TileEngine engine, int[] shape, byte[] a, byte[] b, boolean weightsSigned, boolean activationsSigned, Random random) {
    int m = shape[0];
    int k = shape[1];
    int n = shape[2];
    int[] bias = random.ints(n, -100_000, 100_000).toArray();
    float[] scales = new float[n];
    for (int column = 0; column < n; column++) {
      scales[column] = random.nextInt(8) == 0 ? 0.5f : (float) (random.nextDouble() * 0.02 / Math.sqrt(k));
    }
    boolean outputSigned = random.nextBoolean();
    int zeroPoint = random.nextInt(256) - (outputSigned ? 128 : 0);
    Epilogue epilogue =
        new Epilogue(bias, new FloatScaleRequantizer(scales, zeroPoint, outputSigned ? -128 : 0, outputSigned ? 127 : 255));
    byte[] expected = new byte[m * n + 4];
    Arrays.fill(expected, SENTINEL);
    byte[] actual = expected.clone();
    product(new ScalarGemm(), a, b, shape, weightsSigned, activationsSigned, epilogue, expected);
    product(new MachineGemm((_, _, _) -> engine), a, b, shape, weightsSigned, activationsSigned, epilogue, actual);
    assertThat(actual).as("%s %s", engine.getClass(), Arrays.toString(shape)).isEqualTo(expected);
  }

  private static void product(
      IntegerGemm gemm, byte[] a, byte[] b, int[] shape, boolean weightsSigned, boolean activationsSigned, Epilogue epilogue,
      byte[] codes) {
    PackedWeights packed = gemm.pack(b, shape[1], shape[2], weightsSigned, activationsSigned);
    gemm.multiplyToCodes(
        a, 0, shape[1], shape[0], packed, epilogue, ScalarKernels.INSTANCE.pointwise(), codes, 2, new Scratch());
  }

  private static byte[] bytes(int length, IntSupplier codes) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) codes.getAsInt();
    }
    return bytes;
  }
}
