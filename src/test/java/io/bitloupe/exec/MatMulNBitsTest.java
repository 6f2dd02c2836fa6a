package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.WeightOnlyGraph;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.TensorQuantizer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the weight-only form computes in ONNX Runtime: activations rounded to 8 bits block by block, unless it is asked not to. */
class MatMulNBitsTest {

  private static final int BLOCK = 32;
  private static final int DEPTH = 4 * BLOCK;
  private static final int COLUMNS = 48;
  private static final int ROWS = 8;
  private static final String ACCURACY_LEVEL = "session.qdq_matmulnbits_accuracy_level";

  private static final Model MODEL =
      Lab.model(new TestGraph(17).input("x", -1, DEPTH).random("w", DEPTH, COLUMNS).node("MatMul", "x,w", "y").output("y").build());

  private static float[] run(Graph graph, Tensor x, Optional<String> level) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (level.isPresent()) {
        options.addConfigEntry(ACCURACY_LEVEL, level.get());
      }
      try (OrtSession session = OrtSessions.environment().createSession(OnnxWriter.toBytes(graph), options);
          OrtInputs given = new OrtInputs().with("x", x);
          OrtSession.Result result = session.run(given.tensors())) {
        return OrtSessions.toTensor((OnnxTensor) result.get(0)).floats();
      }
    }
  }

  /** Each block of a row as 8-bit codes: the scale is its greatest magnitude over 127. */
  private static float[] rounded(float[] rows) {
    float[] values = new float[rows.length];
    for (int from = 0; from < rows.length; from += BLOCK) {
      float greatest = 0;
      for (int i = from; i < from + BLOCK; i++) {
        greatest = Math.max(greatest, Math.abs(rows[i]));
      }
      float scale = greatest / 127;
      for (int i = from; i < from + BLOCK; i++) {
        values[i] = (float) Math.rint(rows[i] / scale) * scale;
      }
    }
    return values;
  }

  private static double[] product(float[] rows, float[] weights) {
    double[] sums = new double[ROWS * COLUMNS];
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        for (int k = 0; k < DEPTH; k++) {
          sums[row * COLUMNS + column] += (double) rows[row * DEPTH + k] * weights[k * COLUMNS + column];
        }
      }
    }
    return sums;
  }

  /** Root of the mean square of the differences, over that of {@code expected}. */
  private static double distance(float[] actual, double[] expected) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    return Math.sqrt(error / size);
  }

  @Test
  void activationsAreRoundedBlockByBlockUnlessTheSessionSaysOtherwise() throws OrtException {
    QuantConfig config = QuantConfig.uniform(Lab.weights(4, new Granularity.PerBlock(BLOCK)), TensorChoice.FLOAT);
    Map<String, QuantParams> params = ConfigResolver.resolve(config, MODEL).weights();
    Graph graph = WeightOnlyGraph.of(MODEL, params, Map.of());
    assertThat(Fusion.optimized(graph).nodes()).extracting(Node::opType).containsExactly("MatMulNBits");
    Tensor weights = MODEL.graph().constant("w");
    QuantParams grid = Optional.ofNullable(params.get("w")).orElseThrow();
    float[] dequantized = TensorQuantizer.fakeQuantize(weights.floats(), weights.shape(), grid);
    Tensor x = TestGraph.randomTensor(3, ROWS, DEPTH);
    double[] exact = product(x.floats(), dequantized);
    double[] rounded = product(rounded(x.floats()), dequantized);

    float[] usual = run(graph, x, Optional.empty());
    float[] precise = run(graph, x, Optional.of("1"));
    System.out.printf(
        "MatMulNBits: %.2e from float by default, %.2e from blocks of 8-bit activations; %.2e from float at accuracy level 1%n",
        distance(usual, exact), distance(usual, rounded), distance(precise, exact));
    assertThat(distance(precise, exact)).isLessThan(1e-6);
    assertThat(distance(usual, exact)).isBetween(1e-3, 2e-2);
    assertThat(distance(usual, rounded)).as("nothing but that rounding").isLessThan(1e-6);
  }
}
