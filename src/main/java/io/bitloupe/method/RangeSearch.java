package io.bitloupe.method;

import io.bitloupe.config.RangeMethods;
import io.bitloupe.exec.Progress;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.calibrate.ParameterCalculator;

/**
 * Chooses the range method of each layer's weights by what it leaves of the layer's output: of the methods that look at
 * values, the one with the least {@code δᵀ H δ}, never worse than the method of the configuration.
 */
final class RangeSearch extends LayerRounding {

  @Override
  public String id() {
    return "auto-range";
  }

  @Override
  float[] round(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    return settle(rounding, inputs, settings, progress).weights();
  }

  /** The grid alone is settled: how weights are rounded to it is left to later steps. */
  @Override
  Subject place(Subject subject, Rounding rounding, Rounded settled) {
    return rounding.on(settled.params()).into(subject, rounding.weights());
  }

  @Override
  Rounded settle(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    Rounded best = new Rounded(rounding.params(), rounding.nearest());
    double least = inputs.relativeError(rounding.layout(), rounding.weights(), best.weights());
    IntegerFormat format = rounding.params().format();
    for (RangeMethod method : RangeMethods.OF_VALUES) {
      progress.checkCancelled();
      QuantParams params =
          ParameterCalculator.weights(
              rounding.weights(),
              rounding.layer().weightShape(),
              rounding.layer().outputChannelAxis(),
              rounding.params().granularity(),
              method,
              format);
      float[] nearest = rounding.on(params).nearest();
      double error = inputs.relativeError(rounding.layout(), rounding.weights(), nearest);
      if (error < least) {
        least = error;
        best = new Rounded(params, nearest);
      }
    }
    return best;
  }
}
