package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.RealFiles;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.quant.Granularity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exported real models in ONNX Runtime: equal to the integer runtime step by step and end to end, everything fused. */
@Tag("real")
class RealVerificationTest {

  @ParameterizedTest
  @CsvSource({
    "resnet20-cifar10, cifar10-1000.npz, 200, 2",
    "dscnn-keywords, keywords-1000.npz, 300, 0",
    "mobilenetv2-imagenet, imagenet-1000, 24, 0",
  })
  void realModelsAreEqualInEveryWidth(String name, String file, int samples, int pads) {
    Path path = RealFiles.get(name + ".onnx");
    Model model = ModelLoader.load(path);
    DataSplit data = DataSplit.of(DataReader.open(RealFiles.get(file), model, PreprocessingReader.beside(path)), 64);
    ConfigResolver resolver = new ConfigResolver(model, Lab.calibrate(model, data.calibration()));
    Lowering lowering = new Lowering(resolver.structure());
    QuantConfig mixed = Lab.bits(8, 8);
    for (Layer layer : model.layers()) {
      mixed = mixed.with(layer.weight().orElseThrow(), Lab.weights(8 - layer.index() % 6, Granularity.CHANNEL));
    }
    for (QuantConfig config : List.of(QuantConfig.defaults(), Lab.bits(4, 8), Lab.bits(3, 8), mixed)) {
      LoweredGraph lowered = lowering.lower(resolver.resolve(config));
      assertThat(lowered.integerMacShare()).isGreaterThanOrEqualTo(0.95);
      VerificationResult result = Verification.verify(lowered, data.report(), samples, Progress.NONE);
      assertThat(result.stepMaxLsb()).hasValue(0);
      assertThat(result.endToEndMaxLsb()).isZero();
      assertThat(result.agreement()).isEqualTo(1);
      assertThat(result.top1Integer()).isEqualTo(result.top1OnnxRuntime());
      assertThat(result.unfused()).hasSize(pads).allSatisfy(unfused -> assertThat(unfused.reason()).contains("Pad"));
      assertThat(result.notes()).isEmpty();
    }
    Graph exported = QdqGraphBuilder.build(lowering.lower(resolver.resolve(QuantConfig.defaults()))).graph();
    long parameters = model.layers().stream().mapToLong(Layer::parameters).sum();
    long scales = model.layers().stream().mapToLong(layer -> 13L * layer.outputChannels()).sum();
    assertThat((long) OnnxWriter.toBytes(exported).length).isLessThan((parameters + scales) * 11 / 10 + 20_000);
  }
}
