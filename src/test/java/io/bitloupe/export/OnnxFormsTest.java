package io.bitloupe.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.DataSplit;
import io.bitloupe.exec.Fusion;
import io.bitloupe.exec.Lab;
import io.bitloupe.exec.OrtEvaluator;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QOperatorGraph;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.qdq.WeightOnlyGraph;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator-oriented and the weight-only form, run in ONNX Runtime. */
class OnnxFormsTest {

  @TempDir private Path folder;

  private static float[] output(Graph graph, Map<String, Tensor> inputs) {
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      String name = graph.outputs().getFirst().name();
      return evaluator.evaluate(graph, inputs, List.of(name)).values().iterator().next().floats();
    }
  }

  private static ResolvedConfig resolve(Model model, QuantConfig config, DataSplit data) {
    return new ConfigResolver(model, Lab.calibrate(model, data.calibration())).resolve(config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet-5", "resnet-14", "mobilenetv2-mini", "vit-tiny"})
  void integerOperatorsComputeWhatTheQdqFileDoes(String name) {
    Model model = Lab.sample(name);
    DataSplit data = Lab.sampleData(model);
    ResolvedConfig config = resolve(model, Lab.bits(4, 8), data);
    QdqGraph qdq = QdqGraphBuilder.build(Lowering.lower(model, config));
    Graph operators = QOperatorGraph.of(qdq.graph());
    Fusion fusion = Fusion.of(Lowering.lower(model, config), qdq);
    long integer = operators.nodes().stream().filter(node -> node.opType().startsWith("QLinear") || node.opType().equals("QGemm")).count();
    long products = model.layers().stream().filter(layer -> fusion.fused().contains(layer.name())).count();
    assertThat(integer).isGreaterThanOrEqualTo(products).isPositive();
    Map<String, Tensor> inputs = data.report().batch(0, 8).inputs();
    float[] optimized = output(Fusion.optimized(qdq.graph()), inputs);
    assertThat(output(operators, inputs)).isEqualTo(optimized);
  }

  @Test
  void weightOnlyMatricesBecomeMatMulNBits() {
    Model model = Lab.sample("vit-tiny");
    DataSplit data = Lab.sampleData(model);
    for (TensorChoice weights :
        List.of(
            Lab.weights(4, new Granularity.PerBlock(16)),
            Lab.weights(8, Granularity.CHANNEL),
            Lab.asymmetricWeights(4, false, new Granularity.PerBlock(32)))) {
      QuantConfig config = QuantConfig.uniform(weights, TensorChoice.FLOAT);
      ResolvedConfig resolved = resolve(model, config, data);
      Graph graph = WeightOnlyGraph.of(model, resolved.weights(), Map.of());
      List<String> operators = Fusion.optimized(graph).nodes().stream().map(Node::opType).toList();
      long matrices = model.layers().stream().filter(layer -> layer.weight().isPresent() && layer.weightShape().rank() == 2).count();
      assertThat(operators.stream().filter("MatMulNBits"::equals).count()).as("%s", weights).isEqualTo(matrices);
      Map<String, Tensor> inputs = data.report().batch(0, 4).inputs();
      float[] expected = output(fakeQuantized(model, resolved), inputs);
      float[] actual = output(graph, inputs);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-3f));
      }
      comesBack(graph, resolved, matrices);
    }
  }

  /** The file, opened as a model, has the grids that it was written with. */
  private static void comesBack(Graph written, ResolvedConfig config, long matrices) {
    Model read = Lab.model(written);
    ResolvedConfig back = ConfigResolver.resolve(StoredConfiguration.of(read).config(), read);
    Set<Granularity> granularities = config.weights().values().stream().map(QuantParams::granularity).collect(Collectors.toSet());
    List<QuantParams> grids =
        read.layers().stream()
            .filter(layer -> layer.weight().isPresent() && layer.weightShape().rank() == 2)
            .flatMap(layer -> layer.weight().flatMap(back::weight).stream())
            .toList();
    assertThat(grids).hasSize((int) matrices).extracting(QuantParams::granularity).allMatch(granularities::contains);
  }

  private static Graph fakeQuantized(Model model, ResolvedConfig config) {
    Map<String, Tensor> constants = new HashMap<>(model.graph().initializers());
    config.weights().forEach(
        (name, params) -> {
          Tensor values = model.graph().constant(name);
          constants.put(
              name,
              Tensor.ofFloats(
                  values.shape(),
                  io.bitloupe.quant.TensorQuantizer.fakeQuantize(values.floats(), values.shape(), params)));
        });
    return model.graph().with(model.graph().nodes(), constants);
  }

  @Test
  void filesSayWhichConfigurationMadeThem() {
    Model model = Lab.sample("lenet-5");
    DataSplit data = Lab.sampleData(model);
    ResolvedConfig config = resolve(model, QuantConfig.defaults(), data);
    for (String id : List.of("qdq", "qoperator", "weight-only")) {
      Path file = folder.resolve(id + ".onnx");
      ExportFormats.byId(id).write(new ExportRequest(model, config, "1.2.3"), file);
      assertThat(OnnxReader.open(file).graph().metadata())
          .containsEntry("bitloupe.configDigest", config.digest(model))
          .containsEntry("bitloupe.modelSha256", model.sha256())
          .containsEntry("bitloupe.version", "1.2.3");
    }
  }
}
