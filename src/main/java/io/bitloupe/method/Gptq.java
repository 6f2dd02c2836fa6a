package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * GPTQ (Frantar et al. 2022): columns are rounded one after the other, and what each loses is made up for by the columns that
 * are still free: with {@code U = chol((H + λI)⁻¹)} upper triangular and {@code λ = 0.01 · mean diag H}, column i becomes
 * {@code q = Q(w_i)} and {@code w_j -= (w_i - q) / U_ii · U_ij} for j from i on. Columns with the largest second moment go first
 * ({@code order=activation}) or in memory order ({@code order=memory}). Columns that no sample ever excites get {@code H_jj = 1}
 * and the weight 0. The factor 2 that the paper has in H cancels.
 */
final class Gptq extends GridRounding {

  @Override
  public String id() {
    return "gptq";
  }

  @Override
  public Set<String> settings() {
    return Set.of("samples", "damping", "order");
  }

  @Override
  float[] round(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    double damping = settings.number("damping", 0.01, 0, 10);
    boolean byActivation = settings.word("order", "activation", "memory").equals("activation");
    WeightLayout layout = rounding.layout();
    Affine[] affine = rounding.affine();
    float[] result = new float[rounding.weights().length];
    int perGroup = layout.outputs() / layout.groups();
    for (int group = 0; group < layout.groups(); group++) {
      progress.checkCancelled();
      double[] gram = inputs.gram()[group];
      int[] order = order(gram, layout.columns(), byActivation);
      double[] upper = factor(gram, layout.columns(), order, damping);
      for (int o = group * perGroup; o < (group + 1) * perGroup; o++) {
        round(rounding, affine, gram, order, upper, o, result);
      }
    }
    return result;
  }

  private static int[] order(double[] gram, int n, boolean byActivation) {
    int[] memory = IntStream.range(0, n).toArray();
    return byActivation
        ? Arrays.stream(memory).boxed().sorted(Comparator.comparingDouble((Integer i) -> -gram[i * n + i])).mapToInt(i -> i).toArray()
        : memory;
  }

  /** U of the damped moments with their columns in {@code order}. */
  static double[] factor(double[] gram, int n, int[] order, double damping) {
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += gram[i * n + i];
    }
    double ridge = damping * trace / n;
    double[] damped = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        damped[i * n + j] = gram[order[i] * n + order[j]];
      }
      double diagonal = damped[i * n + i];
      damped[i * n + i] = diagonal == 0 ? 1 : diagonal + ridge;
    }
    return Cholesky.upperOfInverse(damped, n);
  }

  private static void round(
      Rounding rounding, Affine[] affine, double[] gram, int[] order, double[] upper, int output, float[] result) {
    WeightLayout layout = rounding.layout();
    IntegerFormat format = rounding.params().format();
    int n = layout.columns();
    double[] row = new double[n];
    for (int i = 0; i < n; i++) {
      boolean dead = gram[order[i] * n + order[i]] == 0;
      row[i] = dead ? 0 : rounding.weights()[layout.index(output, order[i])];
    }
    for (int i = 0; i < n; i++) {
      int at = layout.index(output, order[i]);
      float rounded = affine[at].dequantize(affine[at].quantize((float) row[i], format));
      result[at] = rounded;
      double error = (row[i] - rounded) / upper[i * n + i];
      int base = i * n;
      for (int j = i + 1; j < n; j++) {
        row[j] -= error * upper[base + j];
      }
    }
  }
}
