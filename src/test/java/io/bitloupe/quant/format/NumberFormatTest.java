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
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.Scheme;
import java.util.Arrays;
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

  /** techniques.md: the mean squared error never rises from one iteration to the next. */
  @Test
  void lloydsIterationNeverRaisesTheError() {
    double[] y = Grid.lloydStart(3);
    double before = Double.POSITIVE_INFINITY;
    for (int iteration = 0; iteration < 12; iteration++) {
      float[] levels = new float[2 * y.length];
      for (int i = 0; i < y.length; i++) {
        levels[y.length + i] = (float) y[i];
        levels[y.length - 1 - i] = (float) -y[i];
      }
      double error = normalError(levels);
      assertThat(error).isLessThan(before);
      before = error;
      Grid.lloydStep(y);
    }
    assertThat(before).isLessThan(0.036);
  }

  /** techniques.md: D(R) = σ² 2^(-2R) leaves 18.06 dB at 3 bits, the best scalar levels 14.62 dB. */
  @Test
  void scalarLevelsStayBelowTheRateDistortionBound() {
    assertThat(20 * 3 * Math.log10(2)).isCloseTo(18.06, within(5e-3));
    assertThat(-10 * Math.log10(normalError(Grid.lloydMax(3).levels()))).isCloseTo(14.62, within(5e-3));
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
    assertThat(leastNormal(Grid.e4m3(), 8)).isEqualTo(0x1p-6f);
    assertThat(leastNormal(Grid.e5m2(), 4)).isEqualTo(0x1p-14f);
    float[] ofBitsandbytes = {0, .0625f, 2, 3, 4, 6, 8, 12};
    assertThat(upper(Grid.e2m1())).as("'fp4' of bitsandbytes is another format").isNotEqualTo(halves(ofBitsandbytes));
  }

  private static float[] halves(float[] values) {
    float[] halves = values.clone();
    for (int i = 0; i < halves.length; i++) {
      halves[i] /= 2;
    }
    return halves;
  }

  /** The least normal number: the one behind the subnormals, of which there are {@code mantissas} less one. */
  private static float leastNormal(Grid grid, int mantissas) {
    return upper(grid)[mantissas];
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

  /** techniques.md: a product with a level is a shift, bit for bit; between levels the boundary is the middle, 1.5 · 2^k, not √2 · 2^k. */
  @Test
  void productsWithPowersOfTwoAreShifts() {
    float[] levels = upper(Grid.powersOfTwo(5));
    for (int code = -128; code < 128; code++) {
      for (int k = 1; k < levels.length; k++) {
        int shift = levels.length - 1 - k;
        assertThat(levels[k]).isEqualTo(Math.scalb(1f, -shift));
        assertThat(code * levels[k] * (1 << shift)).isEqualTo(code);
        assertThat((code << 15) * (double) levels[k]).isEqualTo(code << 15 >> shift);
      }
    }
    assertThat(Encoded.nearest(0.74f, Grid.powersOfTwo(4).levels())).isEqualTo(0.5f);
    assertThat(Encoded.nearest(0.76f, Grid.powersOfTwo(4).levels())).isEqualTo(1);
  }

  private static float[] upper(Grid grid) {
    int half = grid.levels().length / 2;
    return Arrays.copyOfRange(grid.levels(), half, grid.levels().length);
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
    long halfBook = new ProductCode(8, 8).storage(512 * 512 / 8, 256, 16);
    assertThat(512.0 * 512 * 32 / halfBook).as("codebook in fp16").isCloseTo(28.4, within(0.05));
  }

  /** Choi et al. 2017: centroids are Σ h w / Σ h. */
  @Test
  void importanceIsTheWeightOfTheMean() {
    SharedWeights shared = new SharedWeights(1, SharedWeights.Start.LINEAR);
    float[] weights = {0, 1, 10, 11, 13};
    float[] importance = {3, 1, 1, 1, 2};
    Encoded encoded = shared.encode(weights, importance, Shape.of(1, 5), 0, Granularity.TENSOR);
    assertThat(encoded.levels().getFirst()).containsExactly(0.25f, 47 / 4f);
  }

  /** techniques.md: h = 1 reduces Hessian-weighted k-means to k-means. */
  @ParameterizedTest
  @ValueSource(strings = {"kmeans:3", "kmeans:3:density", "kmeans:3:forgy"})
  void equalImportanceIsKMeans(String format) {
    float[] weights = gaussian(1000);
    float[] alike = new float[weights.length];
    Arrays.fill(alike, 1);
    Encoded weighted = ((SharedWeights) FormatText.parse(format)).encode(weights, alike, Shape.of(1, 1000), 0, Granularity.TENSOR);
    assertThat(weighted.decoded()).containsExactly(encode(format, weights).decoded());
  }

  /** What was shared once is shared in the same way again, whatever the start. */
  @ParameterizedTest
  @ValueSource(strings = {"kmeans:3", "kmeans:3:density", "kmeans:3:forgy"})
  void sharedWeightsStayWhatTheyAre(String format) {
    float[] decoded = encode(format, gaussian(1000)).decoded();
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = decoded[i] < 0.3f ? decoded[0] : decoded[i];
    }
    assertThat(encode("kmeans:3", decoded).decoded()).containsExactly(decoded);
  }

  /** techniques.md: the number of levels grows with α^(2/3), the mean is kept, equal α get equal bits. */
  @Test
  void bitsFollowTheClippingValues() {
    assertThat(AllocatedBits.widths(new double[] {0.7, 0.7, 0.7, 0.7, 0.7}, 4)).containsOnly(4);
    assertThat(AllocatedBits.widths(new double[] {1, 8, 1, 8}, 4)).as("2/3 log2 8 = 2 bits more").containsExactly(3, 5, 3, 5);
    int[] widths = AllocatedBits.widths(new double[] {0, 0.001, 0.4, 1, 2, 3.5, 1000}, 5);
    assertThat(widths).isSorted().startsWith(2).endsWith(8);
    assertThat(Arrays.stream(widths).sum()).isEqualTo(35);
  }

  /** With channels of unequal reach the allocated bits err less than the same bits for each; storage counts the widths. */
  @Test
  void allocatedBitsErrLessWhereChannelsDiffer() {
    float[] weights = gaussian(16 * 256);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= (float) Math.pow(2, i / 256 / 3.0);
    }
    Shape shape = Shape.of(16, 256);
    Encoded allocated = FormatText.parse("allocated:4").encode(weights, shape, 0, Granularity.CHANNEL);
    Encoded alike = new Uniform(IntegerFormat.weights(4), new RangeMethod.Mse()).encode(weights, shape, 0, Granularity.CHANNEL);
    assertThat(allocated.bits()).isEqualTo(16 * 256 * 4 + 16 * (32 + 3));
    assertThat(allocated.sqnrDb(weights)).isGreaterThan(alike.sqnrDb(weights) + 1);
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

  /** techniques.md: where a format has levels, every weight is at the nearest of its group; moments move them after the choice. */
  @Test
  void everyFormatTakesTheNearestLevel() {
    float[] weights = gaussian(600);
    Shape shape = Shape.of(6, 100);
    int formats = 0;
    for (String name : FormatText.usual()) {
      NumberFormat format = FormatText.parse(name);
      Encoded encoded = format.encode(weights, shape, 0, format.usualGranularity());
      if (encoded.levels().isEmpty() || format instanceof FloatZero || name.equals("twn")) {
        continue;
      }
      formats++;
      ScaleGroups groups = ScaleGroups.of(shape, 0, format.usualGranularity());
      for (int i = 0; i < weights.length; i++) {
        float kept = Math.abs(weights[i] - encoded.decoded()[i]);
        for (float level : encoded.levels().get(groups.groupOf(i))) {
          assertThat(kept).as("%s of %s", weights[i], name).isLessThanOrEqualTo(Math.abs(weights[i] - level) + 1e-6f);
        }
      }
    }
    assertThat(formats).isGreaterThan(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nf4", "nf4-double", "fp8-e4m3", "fp8-e5m2", "fp6-e3m2", "fp6-e2m3", "fp4", "mxfp4", "nvfp4", "pot:4", "apot:4", "lloyd-max:3",
        "kmeans:4", "kmeans:4:density", "kmeans:4:forgy", "binary:2", "bwn", "twn", "ternary", "pq:4:6", "allocated:4"
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
  @ValueSource(strings = {"", "nf5", "pot", "pot:9", "kmeans:12", "kmeans:3:random", "pq:4", "binary:x", "nf4:4", "allocated:9"})
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
      float scale = (float) (((double) max - min) / 15);
      double nearest = HalfQuadratic.error(weights, new FloatZero.Line(scale, (float) Math.rint(-min / scale), 0, 15));
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

  /** What a reader of float32 scales and zero-points computes is what is measured here. */
  @Test
  void realZerosAreWhatAFileHolds() {
    float[] weights = gaussian(256);
    FloatZero.Line line = HalfQuadratic.fit(weights, 4);
    float scale = line.scale();
    float zero = line.zero();
    float[] levels = FormatText.parse("hqq:4").encode(weights, Shape.of(1, 256), 0, Granularity.TENSOR).levels().getFirst();
    for (int code = 0; code < levels.length; code++) {
      assertThat(levels[code]).isEqualTo(scale * (code - zero));
    }
    assertThat(levels).hasSize(16);
    FloatZero.Line tiny = HalfQuadratic.fit(new float[] {0, Float.MIN_VALUE}, 4);
    assertThat(tiny.scale()).isPositive();
    assertThat(tiny.decode(tiny.code(0))).isFinite();
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
