package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.exec.Lab;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SyntheticDatasetTest {

  private static final Preprocessing CENTRED =
      new Preprocessing(
          Optional.empty(), Preprocessing.Layout.NCHW, Preprocessing.Color.GRAY, Optional.empty(), Optional.empty(), List.of(0.5f),
          List.of(0.25f), 0);

  private static float[] values(SyntheticDataset.Kind kind, Optional<Preprocessing> preprocessing, int first, int count) {
    Model model = Lab.sample("lenet-5");
    SyntheticDataset samples = SyntheticDataset.of(kind, model, preprocessing, 8);
    return Objects.requireNonNull(samples.batch(first, count).inputs().get(model.graph().inputs().getFirst().name())).floats();
  }

  @Test
  void sampleIsTheSameInEveryBatch() {
    for (SyntheticDataset.Kind kind : SyntheticDataset.Kind.values()) {
      float[] all = values(kind, Optional.empty(), 0, 8);
      float[] fifth = values(kind, Optional.empty(), 4, 1);
      assertThat(fifth).hasSize(28 * 28);
      for (int i = 0; i < fifth.length; i++) {
        assertThat(all[4 * fifth.length + i]).isEqualTo(fifth[i]).isBetween(0f, 1f);
      }
    }
  }

  @Test
  void valuesArePreprocessedAsPicturesAre() {
    float[] plain = values(SyntheticDataset.Kind.NOISE, Optional.empty(), 0, 1);
    float[] centred = values(SyntheticDataset.Kind.NOISE, Optional.of(CENTRED), 0, 1);
    assertThat((double) centred[100]).isCloseTo((plain[100] - 0.5) / 0.25, within(1e-6));
  }

  /** The axis of the colours is that of length 3, where no preprocessing says which: the planes of a picture, by place. */
  @Test
  void coloursAreWhereTheShapeHasThem() {
    float[] first = leaves(-1, 3, 20, 30);
    float[] last = leaves(-1, 20, 30, 3);
    for (int i = 0; i < first.length; i++) {
      assertThat(last[i % 600 * 3 + i / 600]).isEqualTo(first[i]);
    }
  }

  private static float[] leaves(int... shape) {
    Model model = Lab.model(new TestGraph(17).input("x", shape).node("Relu", "x", "y").output("y").build());
    SyntheticDataset samples = SyntheticDataset.of(SyntheticDataset.Kind.LEAVES, model, Optional.empty(), 1);
    return Objects.requireNonNull(samples.batch(0, 1).inputs().get("x")).floats();
  }

  /** Neighbouring pixels of leaves are alike, as those of photographs are; those of noise are not. */
  @Test
  void leavesHaveEvenPlacesAndEdges() {
    assertThat(correlation(DeadLeaves.paint(1, 64, 64, new SplittableRandom(7))[0])).isBetween(0.5, 0.95);
    float[] noise = new float[64 * 64];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextDouble();
    }
    assertThat(correlation(noise)).isBetween(-0.1, 0.1);
  }

  private static double correlation(float[] picture) {
    double mean = 0;
    for (float value : picture) {
      mean += value / picture.length;
    }
    double own = 0;
    double both = 0;
    for (int i = 0; i + 1 < picture.length; i++) {
      own += (picture[i] - mean) * (picture[i] - mean);
      both += (picture[i] - mean) * (picture[i + 1] - mean);
    }
    return both / own;
  }
}
