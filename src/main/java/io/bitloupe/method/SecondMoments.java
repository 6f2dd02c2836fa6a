package io.bitloupe.method;

import io.bitloupe.data.Dataset;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code H = E[x xᵀ]} of the input rows x of a layer, for each group: with it the mean squared error of an output channel is
 * {@code δᵀ H δ}, δ being the change of its weights, so that no sample is needed again.
 *
 * @param columns columns of the layer
 * @param gram for each group, columns x columns, symmetric
 */
record SecondMoments(int columns, double[][] gram) {

  /** Sums rows up. */
  private static final class Sum {
    private final int columns;
    private final double[][] gram;
    private final long[] rows;

    Sum(WeightLayout layout) {
      columns = layout.columns();
      gram = new double[layout.groups()][columns * columns];
      rows = new long[layout.groups()];
    }

    void add(int group, float[] row) {
      double[] sums = gram[group];
      rows[group]++;
      for (int i = 0; i < columns; i++) {
        double x = row[i];
        if (x != 0) {
          int base = i * columns;
          for (int j = i; j < columns; j++) {
            sums[base + j] += x * row[j];
          }
        }
      }
    }

    SecondMoments mean() {
      for (int group = 0; group < gram.length; group++) {
        double[] sums = gram[group];
        double share = 1.0 / Math.max(1, rows[group]);
        for (int i = 0; i < columns; i++) {
          for (int j = i; j < columns; j++) {
            sums[i * columns + j] *= share;
            sums[j * columns + i] = sums[i * columns + j];
          }
        }
      }
      return new SecondMoments(columns, gram);
    }
  }

  /** The moments of {@code layers} of {@code model} by layer name, from the first {@code count} samples. */
  static Map<String, SecondMoments> collect(Model model, List<Layer> layers, Dataset samples, int count, Progress progress) {
    Map<String, Sum> sums = new LinkedHashMap<>();
    layers.forEach(layer -> sums.put(layer.name(), new Sum(WeightLayout.of(layer))));
    InputRows.forEach(
        model,
        layers,
        samples,
        count,
        (layer, group, row) -> Optional.ofNullable(sums.get(layer.name())).orElseThrow().add(group, row),
        progress);
    Map<String, SecondMoments> moments = new LinkedHashMap<>();
    sums.forEach((name, sum) -> moments.put(name, sum.mean()));
    return moments;
  }

  /** H of {@code group}, row by row, as {@link SymmetricProduct} takes it. */
  float[][] rows(int group) {
    float[][] rows = new float[columns][columns];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j < columns; j++) {
        rows[i][j] = (float) gram[group][i * columns + j];
      }
    }
    return rows;
  }

  /** {@code δᵀ H δ}. */
  double error(int group, float[] row, float[] other) {
    double[] h = gram[group];
    double total = 0;
    for (int i = 0; i < columns; i++) {
      double difference = row[i] - (double) other[i];
      if (difference != 0) {
        double inner = 0;
        for (int j = 0; j < columns; j++) {
          inner += h[i * columns + j] * (row[j] - (double) other[j]);
        }
        total += difference * inner;
      }
    }
    return total;
  }

  /** Mean squared error of all outputs of a layer over their mean square, when {@code weights} become {@code changed}. */
  double relativeError(WeightLayout layout, float[] weights, float[] changed) {
    double error = 0;
    double power = 0;
    float[] zero = new float[columns];
    for (int o = 0; o < layout.outputs(); o++) {
      float[] row = layout.row(weights, o);
      error += error(layout.group(o), layout.row(changed, o), row);
      power += error(layout.group(o), row, zero);
    }
    return power == 0 ? 0 : Math.max(0, error) / power;
  }
}
