package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.ScaleGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Layer reconstruction (AdaQuant, Hubara et al. 2020): a continuous change V of the weights and the scales S are learned so that
 * {@code δᵀ H δ} with {@code δ = S · clip(rint((W + V)/S) - Z) - W} is least. Unlike adaptive rounding a weight may move by more
 * than one step. Gradients pass the rounding straight through, that of a scale is the one of learned step sizes (Esser et al.
 * 2020); Adam. Scales are learned where each belongs to one output channel. Of each channel the best of all iterations is kept,
 * rounding to nearest being the first.
 */
final class AdaQuant extends LayerRounding {

  private static final double SCALE_SHARE = 0.02;

  @Override
  public String id() {
    return "adaquant";
  }

  @Override
  public Set<String> settings() {
    return Set.of("samples", "iterations", "rate");
  }

  @Override
  Rounded settle(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    int iterations = settings.whole("iterations", 400, 1, 100_000);
    double rate = settings.number("rate", 0.05, 1e-6, 1);
    if (rounding.params().format().isBinary()) {
      return new Rounded(rounding.params(), rounding.nearest());
    }
    WeightLayout layout = rounding.layout();
    int perGroup = layout.outputs() / layout.groups();
    Problem problem = new Problem(rounding);
    for (int group = 0; group < layout.groups(); group++) {
      float[][] gram = inputs.rows(group);
      for (int i = 0; i < iterations; i++) {
        progress.checkCancelled();
        double cooled = rate * (1 + Math.cos(Math.PI * i / iterations)) / 2;
        problem.step(group * perGroup, perGroup, gram, i, cooled);
      }
    }
    return problem.best();
  }

  /** The weights of a layer while they are learned. */
  private static final class Problem {

    private final Rounding rounding;
    private final WeightLayout layout;
    private final IntegerFormat format;
    private final int[] groupOf;
    private final boolean learnsScales;
    private final double[] change;
    private final double[] logScale;
    private final Adam changeStep;
    private final Adam scaleStep;
    private final double[] least;
    private final float[] bestWeights;
    private final double[] bestLogScale;
    private final float[][] error;
    private final float[][] product;

    Problem(Rounding rounding) {
      this.rounding = rounding;
      layout = rounding.layout();
      format = rounding.params().format();
      QuantParams params = rounding.params();
      groupOf = new int[rounding.weights().length];
      ScaleGroups.of(rounding.layer().weightShape(), params).forEachRun((group, from, to) -> Arrays.fill(groupOf, from, to, group));
      learnsScales = params.granularity() instanceof Granularity.PerChannel || params.granularity() instanceof Granularity.PerBlock;
      change = new double[groupOf.length];
      logScale = params.affine().stream().mapToDouble(affine -> Math.log(affine.scale())).toArray();
      changeStep = new Adam(change.length);
      scaleStep = new Adam(logScale.length);
      least = new double[layout.outputs()];
      Arrays.fill(least, Double.POSITIVE_INFINITY);
      bestWeights = rounding.nearest();
      bestLogScale = logScale.clone();
      int perGroup = layout.outputs() / layout.groups();
      error = new float[perGroup][layout.columns()];
      product = new float[perGroup][layout.columns()];
    }

    private float scale(int group) {
      return learnsScales ? (float) Math.exp(logScale[group]) : rounding.params().affine().get(group).scale();
    }

    private double quantized(int at) {
      int group = groupOf[at];
      int zeroPoint = rounding.params().affine().get(group).zeroPoint();
      double steps = Math.rint((rounding.weights()[at] + change[at]) / scale(group));
      return Math.clamp(steps, format.quantMin() - zeroPoint, format.quantMax() - zeroPoint);
    }

    void step(int first, int rows, float[][] gram, int iteration, double rate) {
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < layout.columns(); k++) {
          int at = layout.index(first + r, k);
          error[r][k] = (float) (scale(groupOf[at]) * quantized(at)) - rounding.weights()[at];
        }
      }
      SymmetricProduct.multiply(error, gram, product);
      changeStep.begin(iteration);
      scaleStep.begin(iteration);
      double[] scaleSlopes = new double[learnsScales ? logScale.length : 0];
      for (int r = 0; r < rows; r++) {
        double loss = 0;
        for (int k = 0; k < layout.columns(); k++) {
          loss += (double) error[r][k] * product[r][k];
        }
        keep(first + r, loss);
        double unit = loss > 0 ? layout.columns() / loss : 0;
        for (int k = 0; k < layout.columns(); k++) {
          learn(layout.index(first + r, k), 2 * product[r][k] * unit, rate, scaleSlopes);
        }
      }
      for (int r = 0; learnsScales && r < rows; r++) {
        moveScales(first + r, scaleSlopes, rate);
      }
    }

    private void learn(int at, double slope, double rate, double[] scaleSlopes) {
      int group = groupOf[at];
      float scale = scale(group);
      double wanted = (rounding.weights()[at] + change[at]) / scale;
      double steps = quantized(at);
      boolean inside = Math.abs(steps - wanted) <= 0.5 + 1e-6;
      if (learnsScales) {
        scaleSlopes[group] += slope * scale * (inside ? steps - wanted : steps);
      }
      change[at] -= rate * scale * changeStep.direction(at, inside ? slope * scale : 0);
    }

    private void moveScales(int output, double[] slopes, double rate) {
      int last = -1;
      for (int k = 0; k < layout.columns(); k++) {
        int group = groupOf[layout.index(output, k)];
        if (group != last) {
          logScale[group] -= rate * SCALE_SHARE * scaleStep.direction(group, slopes[group]);
          last = group;
        }
      }
    }

    /** Keeps the channel when it is better than ever before. */
    private void keep(int output, double loss) {
      if (loss < least[output]) {
        least[output] = loss;
        for (int k = 0; k < layout.columns(); k++) {
          int at = layout.index(output, k);
          bestWeights[at] = scale(groupOf[at]) * (float) quantized(at);
          bestLogScale[groupOf[at]] = logScale[groupOf[at]];
        }
      }
    }

    Rounded best() {
      QuantParams params = rounding.params();
      if (!learnsScales) {
        return new Rounded(params, bestWeights);
      }
      List<Affine> affine = new ArrayList<>();
      for (int group = 0; group < bestLogScale.length; group++) {
        affine.add(new Affine((float) Math.exp(bestLogScale[group]), params.affine().get(group).zeroPoint()));
      }
      return new Rounded(new QuantParams(params.format(), params.granularity(), params.axis(), affine), bestWeights);
    }
  }
}
