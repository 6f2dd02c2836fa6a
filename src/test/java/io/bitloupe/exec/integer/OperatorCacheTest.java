package io.bitloupe.exec.integer;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OperatorCacheTest {

  private static final Path MODELS = Path.of("sample-models");

  @Test
  void aChangeToOneLayerCompilesThatLayerAndForgetsTheOldest() {
    LocalEngine engine = LocalEngine.headless();
    Model model = engine.loadModel(MODELS.resolve("resnet-14.onnx"));
    Workbench workbench =
        engine.calibrate(model, engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, 16), Progress.NONE);
    ConfigResolver resolver = new ConfigResolver(model, workbench.calibration());
    Lowering lowering = new Lowering(resolver.structure());
    OperatorCache cache = new OperatorCache();
    IntegerPlan.compile(lowering.lower(resolver.resolve(QuantConfig.defaults())), Kernels.best(), cache);
    int steps = cache.size();
    assertThat(steps).isGreaterThan(model.layers().size());

    for (int bits = 2; bits < 8; bits++) {
      IntegerPlan.compile(lowering.lower(resolver.resolve(changed(model.layers().get(3), bits))), Kernels.best(), cache);
      assertThat(cache.size()).isEqualTo(steps + bits - 1);
    }
    for (int bits = 2; bits < 8; bits++) {
      for (Layer layer : model.layers()) {
        IntegerPlan.compile(lowering.lower(resolver.resolve(changed(layer, bits))), Kernels.best(), cache);
      }
    }
    assertThat(cache.size()).isEqualTo(2 * steps);
  }

  private static QuantConfig changed(Layer layer, int bits) {
    return QuantConfig.defaults()
        .with(
            layer.weight().orElseThrow(),
            new TensorChoice.Quantized(IntegerFormat.weights(bits), Granularity.CHANNEL, new RangeMethod.MinMax()));
  }
}
