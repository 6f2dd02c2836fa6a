package io.bitloupe.method;

import io.bitloupe.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * How far the channels of a batch are from what BatchNormalization was trained with,
 * {@code Σ_l (‖μ̃_l - μ_l‖² + ‖σ̃_l - σ_l‖²)} (Cai et al. 2020); each layer's term is divided by its channels and their mean
 * variance, so that no layer outweighs the others.
 */
final class BatchNormLoss {

  private static final double LEAST_DEVIATION = 1e-6;

  private BatchNormLoss() {}

  /**
   * The loss of a batch.
   *
   * @param wanted moments of tensors by name
   * @param values what the tensors hold, N x C x H x W
   * @param share what the loss is multiplied by
   * @param seeds takes the derivatives of the loss by those tensors
   */
  static double of(Map<String, ChannelMoments> wanted, Map<String, Tensor> values, double share, Map<String, float[]> seeds) {
    double loss = 0;
    for (Map.Entry<String, ChannelMoments> entry : wanted.entrySet()) {
      Tensor tensor = Optional.ofNullable(values.get(entry.getKey())).orElseThrow();
      loss += term(tensor, entry.getValue(), share, seeds, entry.getKey());
    }
    return loss;
  }

  private static double term(Tensor tensor, ChannelMoments moments, double share, Map<String, float[]> seeds, String name) {
    float[] y = tensor.floats();
    int channels = moments.mean().length;
    int plane = tensor.shape().product(2, tensor.shape().rank());
    int samples = y.length / channels / plane;
    double scale = Arrays.stream(moments.deviation()).map(d -> d * d).average().orElse(1);
    double unit = share / (channels * Math.max(scale, LEAST_DEVIATION));
    float[] slope = new float[y.length];
    double loss = 0;
    int values = samples * plane;
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      for (int n = 0; n < samples; n++) {
        int from = (n * channels + c) * plane;
        for (int i = from; i < from + plane; i++) {
          sum += y[i];
          squares += (double) y[i] * y[i];
        }
      }
      double mean = sum / values;
      double deviation = Math.sqrt(Math.max(LEAST_DEVIATION, squares / values - mean * mean));
      double ofMean = mean - moments.mean()[c];
      double ofDeviation = deviation - moments.deviation()[c];
      loss += unit * (ofMean * ofMean + ofDeviation * ofDeviation);
      for (int n = 0; n < samples; n++) {
        int from = (n * channels + c) * plane;
        for (int i = from; i < from + plane; i++) {
          slope[i] = (float) (2 * unit / values * (ofMean + ofDeviation * (y[i] - mean) / deviation));
        }
      }
    }
    seeds.put(name, slope);
    return loss;
  }
}
