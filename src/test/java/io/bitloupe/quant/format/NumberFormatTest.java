package io.bitloupe.quant.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.FormatText;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The worked numbers of techniques: levels, optima, sizes. */
class NumberFormatTest {

  /** Deep Compression, figure 3. */
  private static final float[] FIGURE_3 = {
    2.09f, -.98f, 1.48f, .09f, .05f, -.14f, -1.08f, 2.12f, -.91f, 1.92f, 0, -1.03f, 1.87f, 0, 1.53f, 1.49f
  };

  private static Encoded encode(String format, float[] weights) {
    NumberFormat parsed = FormatText.parse(format);
    return parsed.encode(weights, Shape.of(1, weights.length), 0, parsed.usualGranularity());
  }

  @Test
  void sharedWeightsOfTheFigure() {
    Encoded encoded = encode("kmeans:2", FIGURE_3);
    assertThat(encoded.levels().getFirst()).containsExactly(new float[] {-1, 0, 1.5f, 2}, within(1e-6f));
    assertThat(Encoded.squaredError(FIGURE_3, encoded.levels().getFirst())).isCloseTo(0.0932, within(5e-5));
    assertThat(encoded.bits()).isEqualTo(32 + 128);
    assertThat(512.0 / encoded.bits()).isCloseTo(3.2, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kmeans:3", "kmeans:3:density", "kmeans:3:forgy"})
  void everyWeightIsAtItsNearestLevel(String format) {
    float[] weights = gaussian(1000);
    Encoded encoded = encode(format, weights);
    float[] levels = encoded.levels().getFirst();
    assertThat(levels).hasSize(8).isSorted();
    for (int i = 0; i < weights.length; i++) {
      for (float level : levels) {
        assertThat(Math.abs(weights[i] - encoded.decoded()[i])).isLessThanOrEqualTo(Math.abs(weights[i] - level) + 1e-7f);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, .36338", "2, .117482", "3, .034548", "4, .009501", "5, .002505"})
  void lloydMaxIsTheOptimumForTheNormalDistribution(int bits, double error) {
    assertThat(normalError(Grid.lloydMax(bits).levels())).isCloseTo(error, within(2e-6));
    if (bits == 2) {
      assertThat(Grid.lloydMax(2).levels()).containsExactly(new float[] {-1.5104f, -.4528f, .4528f, 1.5104f}, within(5e-5f));
    }
  }

  /** E (x - nearest)^2 for a standard normal x, by the midpoint rule. */
  private static double normalError(float[] levels) {
    double step = 1e-4;
    double sum = 0;
    for (double x = -9 + step / 2; x < 9; x += step) {
      double difference = x - Encoded.nearest((float) x, levels);
      sum += difference * difference * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * step;
    }
    return sum;
  }

  @Test
  void normalFloat() {
    float[] expected = {
      -1, -.6961928f, -.5250731f, -.3949175f, -.2844414f, -.1847734f, -.0910500f, 0, .0795803f, .1609302f, .2461123f, .3379152f,
      .4407098f, .5626170f, .7229568f, 1
    };
    assertThat(Grid.nf4().levels()).containsExactly(expected, within(1e-6f));
  }

  @Test
  void floatingPointFormats() {
    assertThat(positives(Grid.e4m3())).isEqualTo(127 - 1);
    assertThat(Grid.e4m3().greatest()).isEqualTo(448);
    assertThat(least(Grid.e4m3())).isEqualTo(0x1p-9f);
    assertThat(positives(Grid.e5m2())).isEqualTo(124 - 1);
    assertThat(Grid.e5m2().greatest()).isEqualTo(57344);
    assertThat(least(Grid.e5m2())).isEqualTo(0x1p-16f);
    assertThat(positives(Grid.e3m2())).isEqualTo(32 - 1);
    assertThat(Grid.e3m2().greatest()).isEqualTo(28);
    assertThat(positives(Grid.e2m3())).isEqualTo(32 - 1);
    assertThat(Grid.e2m3().greatest()).isEqualTo(7.5f);
    assertThat(Grid.e2m1().levels()).containsExactly(-6, -4, -3, -2, -1.5f, -1, -.5f, 0, .5f, 1, 1.5f, 2, 3, 4, 6);
  }

  private static int positives(Grid grid) {
    return grid.levels().length / 2;
  }

  private static float least(Grid grid) {
    return grid.levels()[grid.levels().length / 2 + 1];
  }

  @Test
  void powersOfTwo() {
    assertThat(Grid.powersOfTwo(3).levels()).containsExactly(-1, -.5f, -.25f, 0, .25f, .5f, 1);
    assertThat(upper(Grid.additivePowersOfTwo(3))).containsExactly(new float[] {0, .25f, .5f, 1}, within(1e-6f));
    assertThat(upper(Grid.additivePowersOfTwo(4))).containsExactly(new float[] {0, .1f, .2f, .3f, .4f, .6f, .8f, 1}, within(1e-6f));
    assertThat(upper(Grid.additivePowersOfTwo(5))).hasSize(16).doesNotHaveDuplicates();
  }

  private static float[] upper(Grid grid) {
    int half = grid.levels().length / 2;
    return java.util.Arrays.copyOfRange(grid.levels(), half, grid.levels().length);
  }

  @Test
  void microscaling() {
    float[] block = new float[32];
    System.arraycopy(new float[] {6.5f, .2f, -3.1f, 1}, 0, block, 0, 4);
    assertThat(encode("mxfp4", block).decoded()).startsWith(6, 0, -3, 1);
    block[0] = 7.9f;
    assertThat(encode("mxfp4", block).decoded()[0]).as("the floor rule saturates").isEqualTo(6);
  }

  /** techniques.md, A3: bits for each weight with everything that is stored. */
  @Test
  void storageIsHonestToTheBit() {
    float[] weights = gaussian(1 << 16);
    assertThat(encode("nf4", weights).bitsPerWeight()).isEqualTo(4.5);
    assertThat(encode("nf4-double", weights).bitsPerWeight()).isCloseTo(4.127, within(1e-3));
    assertThat(encode("mxfp4", weights).bitsPerWeight()).isEqualTo(4.25);
    assertThat(encode("nvfp4", weights).bitsPerWeight()).isCloseTo(4.5, within(1e-3));
    assertThat(Uniform.bitsPerWeight(4, 16, 4, 128)).isCloseTo(4.156, within(1e-3));
    assertThat(Uniform.bitsPerWeight(4, 16, 4, 32)).isEqualTo(4.625);
    assertThat(Uniform.bitsPerWeight(4, 16, 0, 32)).as("Q4_0").isEqualTo(4.5);
    assertThat(Uniform.bitsPerWeight(8, 16, 0, 32)).as("Q8_0").isEqualTo(8.5);
    assertThat(Uniform.bitsPerWeight(2, 16, 16, 16)).isEqualTo(4);
    ProductCode code = new ProductCode(8, 8);
    Encoded product = code.encode(gaussian(64 * 64), Shape.of(64, 64), 0, Granularity.TENSOR);
    assertThat(product.bits()).isEqualTo(64 * 64 / 8 * 8 + 256 * 8 * 32);
  }

  /** techniques.md, A4: 512 x 512 in vectors of 8 with 256 centroids is 32,768 + 8,192 bytes, 25.6 times less than float. */
  @Test
  void productCodeOfTheWorkedExample() {
    float[] weights = new float[512 * 512];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i / 8 % 256;
    }
    long bits = new ProductCode(8, 8).encode(weights, Shape.of(512, 512), 0, Granularity.TENSOR).bits();
    assertThat(bits / 8).isEqualTo(32_768 + 8_192);
    assertThat(512.0 * 512 * 32 / bits).isCloseTo(25.6, within(1e-9));
  }

  @Test
  void gaussianBlocks() {
    float[] weights = gaussian(1 << 19);
    Shape shape = Shape.of(1, weights.length);
    Granularity block = new Granularity.PerBlock(64);
    assertThat(encode("nf4", weights).sqnrDb(weights)).isCloseTo(20.73, within(.05));
    assertThat(FormatText.parse("fp4").encode(weights, shape, 0, block).sqnrDb(weights)).isCloseTo(19.51, within(.05));
    Uniform symmetric = new Uniform(IntegerFormat.weights(4), new RangeMethod.MinMax());
    assertThat(symmetric.encode(weights, shape, 0, block).sqnrDb(weights)).isCloseTo(19.35, within(.05));
    Uniform asymmetric = new Uniform(new IntegerFormat(4, true, Scheme.ASYMMETRIC), new RangeMethod.MinMax());
    assertThat(asymmetric.encode(weights, shape, 0, block).sqnrDb(weights)).isCloseTo(20.81, within(.05));
  }

  /** techniques.md, A6: E = |w|^2 - |w|_1^2 / n; for a normal density 1 - 2/π. */
  @Test
  void binaryWeights() {
    float[] weights = gaussian(1 << 18);
    Encoded encoded = encode("bwn", weights);
    double squares = 0;
    double sum = 0;
    for (float weight : weights) {
      squares += (double) weight * weight;
      sum += Math.abs(weight);
    }
    double error = Encoded.squaredError(weights, encoded.levels().getFirst());
    assertThat(error).isCloseTo(squares - sum * sum / weights.length, within(1e-3 * squares));
    assertThat(error / weights.length).isCloseTo(1 - 2 / Math.PI, within(5e-3));
  }

  @Test
  void moreBasesNeverHurt() {
    float[] weights = gaussian(4096);
    double before = Double.POSITIVE_INFINITY;
    for (int bases = 1; bases <= 4; bases++) {
      double error = Encoded.squaredError(weights, new BinaryCode(bases).levels(weights));
      assertThat(error).isLessThan(before);
      before = error;
    }
  }

  @Test
  void ternaryWeights() {
    float[] weights = {.9f, -.1f, .4f, -.7f, .05f, .3f};
    double[] rule = new Ternary(Ternary.Rule.THRESHOLD).fit(weights);
    assertThat(rule[0]).isCloseTo(.28583, within(1e-5));
    assertThat(rule[1]).isCloseTo(.575, within(1e-6));
    assertThat(error(encode("twn", weights), weights)).isCloseTo(.240, within(1e-6));
    double[] exact = new Ternary(Ternary.Rule.EXACT).fit(weights);
    assertThat(exact[1]).isCloseTo(2 / 3.0, within(1e-6));
    assertThat(error(encode("ternary", weights), weights)).isCloseTo(.22917, within(1e-5));
    float[] normal = gaussian(1 << 18);
    Encoded optimum = encode("ternary", normal);
    assertThat(error(optimum, normal) / normal.length).isCloseTo(.19017, within(3e-3));
  }

  private static double error(Encoded encoded, float[] weights) {
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      error += Math.pow((double) encoded.decoded()[i] - weights[i], 2);
    }
    return error;
  }

  @Test
  void longerCodebooksCannotHurtVectors() {
    float[] weights = gaussian(64 * 64);
    Shape shape = Shape.of(64, 64);
    double small = error(new ProductCode(4, 4).encode(weights, shape, 0, Granularity.TENSOR), weights);
    double large = error(new ProductCode(4, 8).encode(weights, shape, 0, Granularity.TENSOR), weights);
    assertThat(large).isLessThan(small);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nf4", "nf4-double", "fp8-e4m3", "fp8-e5m2", "fp6-e3m2", "fp6-e2m3", "fp4", "mxfp4", "nvfp4", "pot:4", "apot:4", "lloyd-max:3",
        "kmeans:4", "kmeans:4:density", "kmeans:4:forgy", "binary:2", "bwn", "twn", "ternary", "pq:4:6"
      })
  void wordsReadBackAndZeroStaysFinite(String format) {
    assertThat(FormatText.format(FormatText.parse(format))).isEqualTo(format);
    for (float value : encode(format, new float[128]).decoded()) {
      assertThat(value).isZero();
    }
    float[] weights = gaussian(512);
    assertThat(encode(format, weights).sqnrDb(weights)).isBetween(2.0, 60.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nf5", "pot", "pot:9", "kmeans:12", "kmeans:3:random", "pq:4", "binary:x", "nf4:4"})
  void refusesWhatIsNoFormat(String format) {
    assertThatThrownBy(() -> FormatText.parse(format))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is no number format; use nf4");
  }

  private static float[] gaussian(int size) {
    Random random = new Random(20250101);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** techniques.md: shrink(.05) = 0 and shrink(.5) = .3769 at β = 10. */
  @Test
  void halfQuadraticShrinks() {
    assertThat(HalfQuadratic.shrink(0.05, 10)).isZero();
    assertThat(HalfQuadratic.shrink(0.5, 10)).isCloseTo(0.3769, within(5e-5));
    assertThat(HalfQuadratic.shrink(-0.5, 10)).isCloseTo(-0.3769, within(5e-5));
  }

  /** HQQ keeps the best of its iterations: no block has a greater mean error than rounded to nearest on its min-max range. */
  @Test
  void halfQuadraticIsNeverWorseThanRoundingToNearest() {
    Random random = new Random(31);
    int better = 0;
    for (int block = 0; block < 200; block++) {
      float[] weights = new float[64];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (random.nextGaussian() * Math.exp(0.7 * random.nextGaussian()));
      }
      float min = Float.MAX_VALUE;
      float max = -Float.MAX_VALUE;
      for (float weight : weights) {
        min = Math.min(min, weight);
        max = Math.max(max, weight);
      }
      double scale = ((double) max - min) / 15;
      double nearest = HalfQuadratic.error(weights, new FloatZero.Line(scale, Math.rint(-min / scale), 0, 15));
      double found = HalfQuadratic.error(weights, HalfQuadratic.fit(weights, 4));
      assertThat(found).isLessThanOrEqualTo(nearest);
      better += found < nearest ? 1 : 0;
    }
    assertThat(better).isGreaterThan(20);
  }

  /** techniques.md: mean and norm of every channel are those of the weights. */
  @Test
  void momentsAreThoseOfTheWeights() {
    float[] weights = gaussian(4 * 128);
    for (int i = 0; i < 128; i++) {
      weights[i] = weights[i] * 0.3f + 0.2f;
    }
    Encoded encoded = FormatText.parse("moments:2").encode(weights, Shape.of(4, 128), 0, Granularity.CHANNEL);
    for (int channel = 0; channel < 4; channel++) {
      double[] wanted = moments(weights, channel);
      double[] found = moments(encoded.decoded(), channel);
      assertThat(found).containsExactly(wanted, within(1e-5));
    }
    assertThat(encoded.bits()).isEqualTo(4 * 128 * 2 + 4 * 64);
  }

  private static double[] moments(float[] weights, int channel) {
    double mean = 0;
    double square = 0;
    for (int i = 0; i < 128; i++) {
      mean += weights[channel * 128 + i] / 128.0;
    }
    for (int i = 0; i < 128; i++) {
      square += Math.pow(weights[channel * 128 + i] - mean, 2);
    }
    return new double[] {mean, Math.sqrt(square)};
  }
}
