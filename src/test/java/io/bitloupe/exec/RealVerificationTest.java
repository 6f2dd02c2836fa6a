package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.RealFiles;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.quant.Granularity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
    for (QuantConfig config : List.of(QuantConfig.defaults(), Lab.bits(4, 8), Lab.bits(3, 8), mixed(model))) {
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
  }

  /** Every convolution of MobileNetV2 becomes a QLinearConv, and the file holds little but codes and scales. */
  @Test
  void everyConvolutionOfMobileNetIsFused() {
    Path path = RealFiles.get("mobilenetv2-imagenet.onnx");
    Model model = ModelLoader.load(path);
    DataSplit data = DataSplit.of(DataReader.open(RealFiles.get("imagenet-1000"), model, PreprocessingReader.beside(path)), 8);
    LoweredGraph lowered = Lab.lower(model, QuantConfig.defaults(), data.calibration());
    Graph exported = QdqGraphBuilder.build(lowered).graph();
    Map<String, Long> operators =
        Fusion.optimized(exported).nodes().stream().collect(Collectors.groupingBy(Node::opType, Collectors.counting()));
    assertThat(operators).containsEntry("QLinearConv", 53L).doesNotContainKey("Conv");
    long codes = 0;
    long scales = 0;
    for (Tensor constant : exported.initializers().values()) {
      boolean isScale = constant.type() == DataType.FLOAT || constant.type() == DataType.INT32 || constant.shape().rank() < 2;
      codes += isScale ? 0 : constant.elements();
      scales += isScale ? constant.data().limit() : 0;
    }
    long bytes = OnnxWriter.toBytes(exported).length;
    System.out.printf(
        "mobilenetv2-imagenet W8A8: %s; %d bytes, %d of 8-bit weights and %d of scales, zero-points and biases%n",
        operators, bytes, codes, scales);
    assertThat(codes).isEqualTo(model.layers().stream().mapToLong(layer -> layer.weightShape().elements()).sum());
    assertThat(bytes).isLessThanOrEqualTo((codes + scales) * 11 / 10);
  }

  /** A transformer: products on integers, attention's softmax, GELU and normalization in islands. */
  @Test
  void aTransformerIsEqualInEveryWidth() {
    Model model = ModelLoader.load(Minilm.inFloat());
    Dataset data = Minilm.tokens(12);
    ConfigResolver resolver = new ConfigResolver(model, Lab.calibrate(model, data));
    Lowering lowering = new Lowering(resolver.structure());
    Map<String, QuantConfig> configs = new LinkedHashMap<>();
    configs.put("W8A8", QuantConfig.defaults());
    configs.put("W4A8", Lab.bits(4, 8));
    configs.put("W3A8", Lab.bits(3, 8));
    configs.put("mixed", mixed(model));
    configs.forEach(
        (name, config) -> {
          LoweredGraph lowered = lowering.lower(resolver.resolve(config));
          VerificationResult result = Verification.verify(lowered, data, data.size(), Progress.NONE);
          System.out.printf(
              "MiniLM %s: step %s, end %d, agreement %.4f, cosine %.6f, first %s, %d fused, unfused %s, notes %s%n",
              name, result.stepMaxLsb(), result.endToEndMaxLsb(), result.agreement(), result.outputCosine(), result.firstDifference(),
              result.fused().size(), result.unfused(), result.notes());
          assertThat(result.faults()).as(name).isEmpty();
          for (String op : List.of("Conv", "Gemm", "MatMul", "Add")) {
            assertThat(result.stepMaxLsb(op)).as(op).isZero();
          }
          assertThat(result.agreement()).as(name).isGreaterThanOrEqualTo(0.99);
          assertThat(result.causes().isEmpty()).as(name).isEqualTo(result.firstDifference().isEmpty());
          result.causes().forEach(System.out::println);
        });
  }

  /** Sentences of other lengths than the one that loading the model tried. */
  @Test
  void aTransformerTakesSentencesOfOtherLengths() {
    Dataset data = Minilm.tokens(4, 40);
    Model model = ModelLoader.fitted(ModelLoader.load(Minilm.inFloat()), data.batch(0, 1).inputs());
    VerificationResult result = Verification.verify(Lab.lower(model, QuantConfig.defaults(), data), data, data.size(), Progress.NONE);
    assertThat(result.faults()).isEmpty();
    assertThat(result.stepMaxLsb("MatMul")).isZero();
    assertThat(result.agreement()).isEqualTo(1);
  }

  private static QuantConfig mixed(Model model) {
    QuantConfig mixed = Lab.bits(8, 8);
    for (Layer layer : model.layers()) {
      if (layer.weight().isPresent()) {
        mixed = mixed.with(layer.weight().get(), Lab.weights(8 - layer.index() % 6, Granularity.CHANNEL));
      }
    }
    return mixed;
  }
}
