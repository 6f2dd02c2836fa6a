package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.export.Imported;
import io.bitloupe.export.Loss;
import io.bitloupe.export.StoredConfiguration;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QOperatorGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import io.bitloupe.quant.Granularity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that are quantized already, as a network and a configuration: the same codes, and the same results to the bit. */
class QuantizedFilesTest {

  /** ONNX Runtime computes with 16-bit codes in float, where a sum may round differently. */
  private static final QuantConfig WIDE = Lab.bits(8, 16);

  /** So it does where the channels of 8-bit weights have different zero-points. */
  private static final QuantConfig ASYMMETRIC =
      QuantConfig.uniform(Lab.asymmetricWeights(8, true, Granularity.CHANNEL), Lab.symmetricActivations(4));

  private static QuantConfig mixed(Model model) {
    QuantConfig mixed = Lab.bits(8, 8);
    for (Layer layer : model.layers()) {
      if (layer.weight().isPresent()) {
        mixed = mixed.with(layer.weight().get(), Lab.weights(8 - layer.index() % 8, Granularity.CHANNEL));
      }
    }
    return mixed;
  }

  private static List<QuantConfig> configurations(Model model) {
    return List.of(
        QuantConfig.defaults(),
        Lab.bits(4, 8),
        Lab.bits(3, 5),
        WIDE,
        mixed(model),
        QuantConfig.uniform(Lab.weights(8, Granularity.TENSOR), Lab.symmetricActivations(8)),
        QuantConfig.uniform(Lab.asymmetricWeights(7, true, Granularity.CHANNEL), Lab.symmetricActivations(4)),
        ASYMMETRIC);
  }

  /** The codes of all constants, by name. */
  private static Map<String, List<Object>> codes(Graph graph) {
    Map<String, List<Object>> codes = new TreeMap<>();
    graph
        .initializers()
        .forEach(
            (name, value) -> {
              if (value.type() != DataType.FLOAT && name.endsWith("_quantized")) {
                codes.put(name, List.of(value.type(), value.shape(), value.buffer()));
              }
            });
    return codes;
  }

  private static void check(String name, Model model, Dataset data, List<QuantConfig> configurations) {
    ConfigResolver resolver = new ConfigResolver(model, Lab.calibrate(model, data));
    for (QuantConfig config : configurations) {
      LoweredGraph exported = Lowering.lower(model, resolver.resolve(config));
      Graph qdq = QdqGraphBuilder.build(exported).graph();
      Map<String, Tensor> expected = run(exported, data.batch(0, 4));
      for (Graph file : List.of(qdq, QOperatorGraph.of(qdq))) {
        Model read = Lab.model(file);
        Imported imported = StoredConfiguration.of(read);
        assertThat(imported.losses()).as(name).isEmpty();
        LoweredGraph lowered = Lowering.lower(read, ConfigResolver.resolve(imported.config(), read));
        assertThat(lowered.integerMacShare()).as(name).isEqualTo(1);
        assertThat(codes(QdqGraphBuilder.build(lowered).graph())).as(name).isNotEmpty().isEqualTo(codes(qdq));
        assertThat(read.notes()).as(name).anyMatch(note -> note.startsWith("It is quantized already"));
        same(name, run(lowered, data.batch(0, 4)), expected);
        if (config != WIDE && config != ASYMMETRIC) {
          same(name, run(lowered, data.batch(0, 4)), inOnnxRuntime(read, file, data.batch(0, 4)));
        }
      }
    }
  }

  private static Map<String, Tensor> run(LoweredGraph lowered, Batch batch) {
    try (IntegerRuntime integer = IntegerRuntime.open(lowered)) {
      return integer.run(batch.inputs(), batch.size());
    }
  }

  private static Map<String, Tensor> inOnnxRuntime(Model model, Graph file, Batch batch) {
    try (OrtRuntime runtime = new OrtRuntime(model, file, Map.of(), OptLevel.ALL_OPT, OrtRuntime.ALL, 1)) {
      return runtime.run(batch.inputs(), batch.size());
    }
  }

  private static void same(String name, Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (output, value) ->
            assertThat(value.floats())
                .as("%s %s", name, output)
                .containsExactly(Optional.ofNullable(expected.get(output)).orElseThrow().floats()));
  }

  @Test
  void exportedSamplesComeBackAsTheyWere() {
    Model small = Lab.sample("lenet-5");
    check("lenet-5", small, Lab.sampleData(small).calibration(), configurations(small));
    Model depthwise = Lab.sample("mobilenetv2-mini");
    check("mobilenetv2-mini", depthwise, Lab.sampleData(depthwise).calibration(), List.of(QuantConfig.defaults(), mixed(depthwise)));
  }

  /** A transformer that somebody else quantized: 36 products of codes whose ranges are found at run time. */
  @Test
  @Tag("real")
  void aQuantizedTransformerComputesWhatItsFileDoes() {
    Path file = Minilm.quantized();
    Model read = ModelLoader.load(file);
    Imported imported = StoredConfiguration.of(read);
    assertThat(imported.losses()).extracting(Loss::subject)
        .containsExactlyInAnyOrder(
            "embeddings.word_embeddings.weight", "embeddings.token_type_embeddings.weight", "embeddings.position_embeddings.weight");
    assertThat(read.layers()).filteredOn(layer -> layer.weight().isPresent()).hasSize(36);
    assertThat(read.graph().nodes()).noneMatch(node -> node.opType().contains("Quantize") || node.opType().contains("Integer"));
    Dataset data = Minilm.tokens(6);
    LoweredGraph lowered = Lowering.lower(read, ConfigResolver.resolve(imported.config(), read, Lab.calibrate(read, data)));
    assertThat(lowered.dynamic()).hasSize(24);
    double least = 1;
    for (int sample = 0; sample < data.size(); sample++) {
      Batch batch = data.batch(sample, 1);
      float[] ours = run(lowered, batch).values().iterator().next().floats();
      float[] theirs = inOnnxRuntime(read, OnnxReader.read(file), batch).values().iterator().next().floats();
      float[] inFloat;
      try (FloatRuntime runtime = new FloatRuntime(read, Set.of())) {
        inFloat = runtime.run(batch.inputs(), 1).values().iterator().next().floats();
      }
      System.out.printf(
          "sample %d: cosine with the file %.7f, the network in float %.7f%n", sample, cosine(ours, theirs), cosine(inFloat, theirs));
      least = Math.min(least, cosine(ours, theirs));
    }
    assertThat(least).isGreaterThan(0.9999);
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      left += (double) a[i] * a[i];
      right += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(left * right);
  }
}
