package io.bitloupe.exec;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bitloupe.config.TemporaryFolder;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.DeploymentProfile.Kind;
import io.bitloupe.exec.DeploymentProfile.NodeTime;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.QdqGraphBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads ONNX Runtime's own profile of the exported file and of the float model. */
public final class DeploymentProfiler {

  private static final int RUNS = 30;
  private static final int WARM_UPS = 5;
  private static final Set<String> CODES = Set.of("uint8", "int8");
  private static final String NODE_EVENT = "_kernel_time";

  private DeploymentProfiler() {}

  /**
   * Runs the first sample of {@code data} a number of times in both.
   *
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  public static DeploymentProfile profile(LoweredGraph lowered, Dataset data, Progress progress) {
    Map<String, Tensor> inputs = data.batch(0, 1).inputs();
    List<NodeTime> quantized = profile(QdqGraphBuilder.build(lowered).graph(), inputs, progress, 0);
    List<NodeTime> floatModel = profile(lowered.model().graph(), inputs, progress, RUNS);
    return new DeploymentProfile(1, RUNS - WARM_UPS, quantized, floatModel);
  }

  private static List<NodeTime> profile(Graph graph, Map<String, Tensor> inputs, Progress progress, int before) {
    try (TemporaryFolder folder = TemporaryFolder.create();
        OrtInputs fed = new OrtInputs();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setIntraOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.enableProfiling(folder.path().resolve("profile").toString());
      graph.inputs().forEach(input -> fed.with(input.name(), inputs.getOrDefault(input.name(), Tensor.ofLongs(Shape.scalar(), 0))));
      try (OrtSession session = OrtSessions.environment().createSession(OnnxWriter.toBytes(graph), options)) {
        for (int run = 0; run < RUNS; run++) {
          progress.checkCancelled();
          session.run(fed.tensors()).close();
          progress.report(before + run + 1, 2L * RUNS);
        }
        return read(Path.of(session.endProfiling()));
      }
    } catch (OrtException e) {
      throw OrtSessions.refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A node, and how long each of its runs took. */
  private record Timed(String op, Kind kind, List<Long> microseconds) {}

  static List<NodeTime> read(Path profile) throws IOException {
    Map<String, Timed> nodes = new LinkedHashMap<>();
    for (JsonNode event : JsonMapper.builder().build().readTree(profile.toFile())) {
      String name = event.path("name").asText();
      if (event.path("cat").asText().equals("Node") && name.endsWith(NODE_EVENT)) {
        String op = event.path("args").path("op_name").asText();
        nodes
            .computeIfAbsent(name.substring(0, name.length() - NODE_EVENT.length()), _ -> new Timed(op, kind(op, event), new ArrayList<>()))
            .microseconds()
            .add(event.path("dur").asLong());
      }
    }
    List<NodeTime> times = new ArrayList<>();
    nodes.forEach((name, timed) -> times.add(new NodeTime(name, timed.op(), timed.kind(), median(timed.microseconds()) / 1e3)));
    times.sort(Comparator.comparingDouble(NodeTime::milliseconds).reversed());
    return times;
  }

  private static double median(List<Long> runs) {
    long[] sorted = runs.stream().skip(Math.min(WARM_UPS, runs.size() - 1)).mapToLong(Long::longValue).sorted().toArray();
    return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2.0;
  }

  private static Kind kind(String op, JsonNode event) {
    if (op.equals("QuantizeLinear") || op.equals("DequantizeLinear")) {
      return Kind.BORDER;
    }
    if (op.equals("MatMulNBits")) {
      return Kind.INTEGER;
    }
    for (JsonNode input : event.path("args").path("input_type_shape")) {
      if (input.fieldNames().hasNext() && CODES.contains(input.fieldNames().next())) {
        return Kind.INTEGER;
      }
    }
    return Kind.FLOAT;
  }
}
