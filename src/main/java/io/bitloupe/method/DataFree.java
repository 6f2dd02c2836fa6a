package io.bitloupe.method;

import io.bitloupe.data.Dataset;
import io.bitloupe.data.Preprocessing;
import io.bitloupe.data.SyntheticDataset;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Model;
import java.util.Arrays;
import java.util.Optional;

/** Where calibration samples come from when there is no data: everything but the report part of a measurement can do without. */
public enum DataFree {
  /** Random values. */
  NOISE("noise"),
  /** Pictures of leaves on leaves; see {@link SyntheticDataset.Kind#LEAVES}. */
  LEAVES("leaves"),
  /** Images distilled from BatchNormalization; see {@link Distillation}. */
  DISTILLED("distilled"),
  /** Images from a generator that learned from the network; see {@link ImageGenerator}. */
  GENERATED("generated");

  private static final int ITERATIONS = 100;
  private static final int GENERATOR_ITERATIONS = 150;
  private static final int DISTILLED_SAMPLES = 32;

  private final String id;

  DataFree(String id) {
    this.id = id;
  }

  /** Its name on the command line and in configuration files. */
  public String id() {
    return id;
  }

  /** The source of that name. */
  public static Optional<DataFree> of(String id) {
    return Arrays.stream(values()).filter(source -> source.id.equals(id)).findFirst();
  }

  /** Samples that are usual: distilling takes its time. */
  public int usualSamples(int standard) {
    return this == DISTILLED ? Math.min(standard, DISTILLED_SAMPLES) : standard;
  }

  /**
   * Makes {@code count} samples for {@code model}; always the same ones.
   *
   * @throws io.bitloupe.model.InvalidInputException when that cannot be done for this model
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  public Dataset samples(Model model, Optional<Preprocessing> preprocessing, int count, Progress progress) {
    return switch (this) {
      case NOISE -> SyntheticDataset.of(SyntheticDataset.Kind.NOISE, model, preprocessing, count);
      case LEAVES -> SyntheticDataset.of(SyntheticDataset.Kind.LEAVES, model, preprocessing, count);
      case DISTILLED -> new Distillation(model).run(preprocessing, count, ITERATIONS, progress).images();
      case GENERATED -> new ImageGenerator(model).run(preprocessing, count, GENERATOR_ITERATIONS, progress).images();
    };
  }
}
