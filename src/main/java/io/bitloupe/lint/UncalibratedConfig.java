package io.bitloupe.lint;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Resolves a configuration without data, for questions whose answer does not depend on scales: activations get a range at will. */
public final class UncalibratedConfig {

  private static final Range ANY = new Range(-1, 1);

  private UncalibratedConfig() {}

  /** Resolves {@code config}; scales that it has are kept, activations without one get that of a range from -1 to 1. */
  public static ResolvedConfig resolve(QuantConfig config, Model model) {
    Map<String, TensorChoice> choices = new LinkedHashMap<>();
    for (String tensor : new ConfigResolver(model).activations()) {
      if (config.activationChoice(tensor) instanceof TensorChoice.Quantized choice && choice.resolved().isEmpty()) {
        Affine affine =
            Affine.of(
                choice.range() instanceof RangeMethod.Explicit given ? new Range(given.min(), given.max()) : ANY,
                choice.format());
        choices.put(tensor, new TensorChoice.Quantized(choice.format(), Granularity.TENSOR, choice.range(), List.of(affine)));
      }
    }
    return ConfigResolver.resolve(config.with(choices), model);
  }
}
