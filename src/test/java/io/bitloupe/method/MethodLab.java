package io.bitloupe.method;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.RecipeText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.FloatRuntime;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What tests of methods need: sample models with calibration samples, recipes, and what a model answers. */
final class MethodLab {

  private MethodLab() {}

  static Dataset samples(Model model) {
    return Lab.sampleData(model).calibration();
  }

  static QuantConfig weights(int bits, Granularity granularity) {
    return QuantConfig.uniform(
        new TensorChoice.Quantized(IntegerFormat.weights(bits), granularity, new RangeMethod.MinMax()), TensorChoice.FLOAT);
  }

  static Subject subject(Model model, QuantConfig config) {
    return Subject.of(model, config, Optional.of(samples(model)));
  }

  static Subject apply(Model model, QuantConfig config, String recipe) {
    return Recipe.apply(subject(model, config.withRecipe(RecipeText.parse(recipe))), Progress.NONE);
  }

  /** The first output on the calibration samples. */
  static float[] answers(Model model) {
    Dataset samples = samples(model);
    try (FloatRuntime runtime = new FloatRuntime(model, Set.of())) {
      Batch batch = samples.batch(0, samples.size());
      return first(model, runtime.run(batch.inputs(), batch.size()));
    }
  }

  private static float[] first(Model model, Map<String, Tensor> outputs) {
    return Objects.requireNonNull(outputs.get(model.graph().outputs().getFirst().name())).floats();
  }

  /** The model with its weights quantized as the configuration says, in float. */
  static Model quantized(Subject subject) {
    Subject current = subject;
    for (Layer layer : subject.layers()) {
      Optional<Rounding> rounding = Rounding.of(current, layer);
      if (rounding.isPresent()) {
        current = rounding.get().into(current, rounding.get().nearest());
      }
    }
    return current.model();
  }

  /** Mean squared difference over the mean square of {@code exact}. */
  static double relativeError(float[] exact, float[] other) {
    double error = 0;
    double power = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.pow((double) exact[i] - other[i], 2);
      power += Math.pow(exact[i], 2);
    }
    return error / power;
  }

  static double greatestDifference(float[] a, float[] b) {
    double greatest = 0;
    for (int i = 0; i < a.length; i++) {
      greatest = Math.max(greatest, Math.abs((double) a[i] - b[i]));
    }
    return greatest;
  }
}
