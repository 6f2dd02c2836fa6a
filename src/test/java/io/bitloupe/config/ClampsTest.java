package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.Scheme;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClampsTest {

  private static final Graph RELU6 =
      new TestGraph(17)
          .input("x", -1, 4)
          .floats("zero", new int[0], 0)
          .floats("six", new int[0], 6)
          .floats("one", new int[0], 1)
          .node("Clip", "x,zero,six", "a")
          .node("Relu", "a", "b")
          .node("Clip", "b,one,", "c")
          .node("Clip", "c,x,six", "y")
          .output("y")
          .build();

  @Test
  void reluAndClipHaveBounds() {
    assertThat(Clamps.of(RELU6.nodes().get(0), RELU6)).contains(new Clamps.Bounds(0, 6));
    assertThat(Clamps.of(RELU6.nodes().get(1), RELU6)).contains(new Clamps.Bounds(0, Float.POSITIVE_INFINITY));
    assertThat(Clamps.of(RELU6.nodes().get(2), RELU6)).contains(new Clamps.Bounds(1, Float.POSITIVE_INFINITY));
  }

  @Test
  void aClipBetweenComputedBoundsHasNone() {
    assertThat(Clamps.of(RELU6.nodes().get(3), RELU6)).isEmpty();
  }

  @Test
  void clampingCodesIsClampingRealNumbers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<List<Node>> chains = List.of(RELU6.nodes().subList(0, 1), RELU6.nodes().subList(1, 2), RELU6.nodes().subList(0, 3));
    for (int round = 0; round < 3000; round++) {
      IntegerFormat format =
          new IntegerFormat(2 + random.nextInt(7), random.nextBoolean(), random.nextBoolean() ? Scheme.ASYMMETRIC : Scheme.SYMMETRIC);
      Affine affine = Affine.of(new Range(-random.nextFloat() * 9, random.nextFloat() * 9), format);
      List<Node> chain = chains.get(random.nextInt(chains.size()));
      Clamps.CodeBounds bounds = Clamps.codes(chain, RELU6, affine, format);
      float value = (float) (random.nextGaussian() * 5);
      float clamped = value;
      for (Node clamp : chain) {
        Clamps.Bounds real = Clamps.of(clamp, RELU6).orElseThrow();
        clamped = Math.min(Math.max(clamped, real.min()), real.max());
      }
      assertThat(Math.clamp(affine.quantize(value, format), bounds.min(), bounds.max()))
          .as("seed %d, %s %s %f", seed, affine, format, value)
          .isEqualTo(affine.quantize(clamped, format));
    }
  }
}
