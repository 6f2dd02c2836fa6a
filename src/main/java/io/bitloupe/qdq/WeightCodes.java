package io.bitloupe.qdq;

import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.ScaleGroups;
import io.bitloupe.quant.TensorQuantizer;
import io.bitloupe.quant.calibrate.ParameterCalculator;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Quantizes weights and biases, and keeps the codes that were made last, since most layers stay as they are from one
 * configuration to the next.
 */
final class WeightCodes {

  /** Bytes of codes that are kept, at least those of the model once. */
  private static final long KEPT_BYTES = 256L << 20;

  private static final int KEPT_PRODUCTS = 1024;

  private final Model model;
  private final Map<Key, CodeTensor> kept = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true));
  private final Map<Product, Scaled> products = Collections.synchronizedMap(new LastUsed<>());
  private long bytes;

  private record Key(String tensor, float factor, QuantParams params) {}

  private record Product(
      String weight, QuantParams params, float factor, Optional<String> bias, float biasFactor, float inputScale) {}

  /** What a product's weights are quantized with, and its bias. */
  private record Scaled(QuantParams params, Optional<QuantizedBias> bias) {}

  /** Forgets what was not used for longest. */
  private static final class LastUsed<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    LastUsed() {
      super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > KEPT_PRODUCTS;
    }
  }

  /** Weights, and the bias that goes with their scales. */
  record Weighted(CodeTensor weights, Optional<QuantizedBias> bias) {}

  WeightCodes(Model model) {
    this.model = model;
  }

  /** Codes of the initializer {@code tensor}. */
  CodeTensor codes(String tensor, QuantParams params) {
    return codes(tensor, 1, params);
  }

  /**
   * Weights and bias of a product.
   *
   * @param weight initializer name
   * @param params parameters of the weights, per tensor, channel or channel group
   * @param factor what the weights are multiplied by (Gemm's alpha), above 0
   * @param bias initializer name and what it is multiplied by (Gemm's beta)
   * @param inputScale scale of the input
   */
  Weighted weighted(String weight, QuantParams params, float factor, Optional<String> bias, float biasFactor, float inputScale) {
    Product product = new Product(weight, params, factor, bias, biasFactor, inputScale);
    Scaled known = products.get(product);
    if (known == null) {
      known = compute(product);
      products.put(product, known);
    }
    return new Weighted(codes(weight, factor, known.params()), known.bias());
  }

  private Scaled compute(Product product) {
    String weight = product.weight();
    float factor = product.factor();
    float inputScale = product.inputScale();
    Optional<String> bias = product.bias();
    Tensor values = model.graph().constant(weight);
    QuantParams expanded = times(product.params(), factor).byChannel(values.shape().dim(product.params().axis()));
    if (bias.isEmpty()) {
      return new Scaled(expanded, Optional.empty());
    }
    int channels = ScaleGroups.of(values.shape(), expanded.axis(), Granularity.CHANNEL).channels();
    float[] reals = biases(bias.get(), product.biasFactor(), channels);
    QuantParams roomy = ParameterCalculator.withRoomForBias(expanded, scaled(values, factor), values.shape(), reals, inputScale);
    int[] codes = new int[channels];
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      Affine affine = roomy.affine().get(roomy.affine().size() == 1 ? 0 : c);
      scales[c] = Math.max(inputScale * affine.scale(), Float.MIN_NORMAL);
      codes[c] = (int) Math.clamp(Math.rint(reals[c] / (double) scales[c]), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return new Scaled(roomy, Optional.of(new QuantizedBias(bias.get(), codes, scales)));
  }

  private float[] biases(String bias, float factor, int channels) {
    float[] given = model.graph().constant(bias).floats();
    float[] reals = given.length == channels ? given : new float[channels];
    if (given.length != channels) {
      Arrays.fill(reals, given[0]);
    }
    for (int c = 0; c < channels; c++) {
      reals[c] *= factor;
    }
    return reals;
  }

  private CodeTensor codes(String tensor, float factor, QuantParams params) {
    Key key = new Key(tensor, factor, params);
    CodeTensor known = kept.get(key);
    if (known != null) {
      return known;
    }
    Tensor values = model.graph().constant(tensor);
    CodeTensor codes = TensorQuantizer.quantize(scaled(values, factor), values.shape(), params);
    keep(key, codes);
    return codes;
  }

  private void keep(Key key, CodeTensor codes) {
    synchronized (kept) {
      if (kept.put(key, codes) == null) {
        bytes += codes.codes().length();
      }
      var eldest = kept.entrySet().iterator();
      while (bytes > KEPT_BYTES && kept.size() > model.layers().size() + 1) {
        bytes -= eldest.next().getValue().codes().length();
        eldest.remove();
      }
    }
  }

  private static float[] scaled(Tensor values, float factor) {
    float[] reals = values.floats();
    if (factor != 1) {
      for (int i = 0; i < reals.length; i++) {
        reals[i] *= factor;
      }
    }
    return reals;
  }

  private static QuantParams times(QuantParams params, float factor) {
    if (factor == 1) {
      return params;
    }
    List<Affine> affine = params.affine().stream().map(a -> new Affine(a.scale() * factor, a.zeroPoint())).toList();
    return new QuantParams(params.format(), params.granularity(), params.axis(), affine);
  }
}
