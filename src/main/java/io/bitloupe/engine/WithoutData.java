package io.bitloupe.engine;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.cost.Cost;
import io.bitloupe.cost.CostModel;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import java.util.List;

/** What is known of configurations of one model without any data: what they cost, and how far their weights are from float. */
public final class WithoutData {
  /**
   * What is known of one configuration.
   *
   * @param config the configuration
   * @param cost of the whole model
   * @param layers one for each layer in order, without what only data tell
   */
  public record Report(QuantConfig config, Cost cost, List<LayerResult> layers) {
    /** Copies the list. */
    public Report {
      layers = List.copyOf(layers);
    }
  }

  private final Model model;
  private final ConfigResolver resolver;
  private final WeightNoise noise;

  /** Of configurations of {@code model}. */
  public WithoutData(Model model) {
    this.model = model;
    resolver = new ConfigResolver(model);
    noise = new WeightNoise(model, model);
  }

  /**
   * Finds the ranges of the weights where they are new, which takes time.
   *
   * @throws io.bitloupe.model.InvalidInputException when the model does not allow {@code config}
   */
  public Report report(QuantConfig config) {
    ResolvedConfig resolved = resolver.resolveWithoutData(config);
    CostModel costs = new CostModel(resolved, Lowering.lower(model, resolved));
    LayerReport layers = new LayerReport(model, resolved, costs, noise);
    return new Report(config, layers.cost(), layers.unmeasured());
  }
}
