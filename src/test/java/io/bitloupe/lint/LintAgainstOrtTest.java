package io.bitloupe.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.RealFiles;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.Minilm;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.quant.Granularity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The linter's verdict on every node of our exports against what ONNX Runtime did with them. */
class LintAgainstOrtTest {

  /** How often verdict and fact met. */
  private static final class Score {
    int bothInteger;
    int bothFloat;
    int onlyPredicted;
    int onlyActual;
    int gone;
    final StringBuilder wrong = new StringBuilder();

    void add(String where, Graph exported) {
      OptimizedGraph actual = new OptimizedGraph(exported);
      for (NodeVerdict verdict : OrtFusionRules.judge(exported)) {
        boolean predicted = verdict.outcome() == NodeVerdict.Outcome.INTEGER;
        Optional<Boolean> integer = actual.runsOnIntegers(verdict.node());
        if (integer.isEmpty()) {
          gone++;
        } else if (integer.get() == predicted) {
          bothInteger += predicted ? 1 : 0;
          bothFloat += predicted ? 0 : 1;
        } else {
          onlyPredicted += predicted ? 1 : 0;
          onlyActual += predicted ? 0 : 1;
          wrong.append(
              "%n%s: %s predicted %s, is %s (%s)"
                  .formatted(
                      where,
                      verdict.node(),
                      predicted,
                      actual.operator(verdict.node()),
                      verdict.reason()));
        }
      }
    }

    void check(String name) {
      System.out.printf(
          "%s: precision %d of %d, recall %d of %d, float %d, merged into others %d%n",
          name, bothInteger, bothInteger + onlyPredicted, bothInteger, bothInteger + onlyActual, bothFloat, gone);
      assertThat(bothInteger).isPositive();
      assertThat(wrong.toString()).isEmpty();
    }
  }

  private static Map<String, QuantConfig> configs(Model model) {
    Map<String, QuantConfig> configs = new LinkedHashMap<>();
    configs.put("W8A8", QuantConfig.defaults());
    configs.put("W4A8", Lab.bits(4, 8));
    configs.put("W3A8", Lab.bits(3, 8));
    QuantConfig mixed = Lab.bits(8, 8);
    for (Layer layer : model.layers()) {
      if (layer.weight().isPresent()) {
        mixed = mixed.with(layer.weight().get(), Lab.weights(8 - layer.index() % 6, Granularity.CHANNEL));
      }
      int kind = layer.index() % 5;
      if (kind == 1) {
        mixed = mixed.with(layer.output(), Lab.activations(16));
      } else if (kind == 2) {
        mixed = mixed.with(layer.output(), Lab.symmetricActivations(5));
      } else if (kind == 3 && layer.weight().isPresent()) {
        mixed = mixed.with(layer.weight().get(), TensorChoice.FLOAT);
      }
    }
    configs.put("mixed", mixed);
    return configs;
  }

  private static void check(String name, Model model, Dataset calibration) {
    ConfigResolver resolver = new ConfigResolver(model, Lab.calibrate(model, calibration));
    Lowering lowering = new Lowering(resolver.structure());
    Score score = new Score();
    configs(model).forEach((title, config) -> score.add(title, QdqGraphBuilder.build(lowering.lower(resolver.resolve(config))).graph()));
    score.check(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-5", "resnet-14", "mobilenetv2-mini", "vit-tiny", "vgg-mini", "lenet-300-100"})
  void equalsWhatHappensToTheSampleModels(String name) {
    Model model = Lab.sample(name);
    check(name, model, Lab.sampleData(model).calibration());
  }

  @Tag("real")
  @ParameterizedTest
  @CsvSource({"resnet20-cifar10, cifar10-1000.npz", "dscnn-keywords, keywords-1000.npz", "mobilenetv2-imagenet, imagenet-1000"})
  void equalsWhatHappensToRealModels(String name, String file) {
    Path path = RealFiles.get(name + ".onnx");
    Model model = ModelLoader.load(path);
    check(name, model, DataSplit.of(DataReader.open(RealFiles.get(file), model, PreprocessingReader.beside(path)), 16).calibration());
  }

  @Tag("real")
  @Test
  void equalsWhatHappensToATransformer() {
    check("MiniLM", ModelLoader.load(Minilm.inFloat()), Minilm.tokens(4));
  }
}
