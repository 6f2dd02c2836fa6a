package io.bitloupe.exec;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Node;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.qdq.QdqGraph;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Granularity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What ONNX Runtime makes of an exported file, read from the optimized graph that it writes.
 *
 * @param fused names of the integer steps that it runs on integers
 * @param unfused the other integer steps, and the layers that stay in float, each with the reason
 */
public record Fusion(List<String> fused, List<VerificationResult.Unfused> unfused) {

  /** What ONNX Runtime appends to the names of nodes that it lays out anew. */
  private static final Pattern RENAMED = Pattern.compile("_token_\\d+$");

  private static final Set<String> WITHOUT_INTEGER_FORM = Set.of("Pad", "GlobalMaxPool", "Relu", "Clip");

  /** Copies the lists. */
  public Fusion {
    fused = List.copyOf(fused);
    unfused = List.copyOf(unfused);
  }

  /** Asks ONNX Runtime about {@code qdq}, which was written from {@code lowered}. */
  public static Fusion of(LoweredGraph lowered, QdqGraph qdq) {
    return of(lowered, qdq, optimized(qdq.graph()));
  }

  static Fusion of(LoweredGraph lowered, QdqGraph qdq, Graph optimized) {
    Set<String> dequantized = new HashSet<>();
    Map<String, Node> byName = new HashMap<>();
    for (Node node : optimized.nodes()) {
      if (node.opType().equals("DequantizeLinear")) {
        dequantized.addAll(node.outputs());
      }
      byName.putIfAbsent(RENAMED.matcher(node.name()).replaceFirst(""), node);
      byName.put(node.name(), node);
    }
    List<String> fused = new ArrayList<>();
    List<VerificationResult.Unfused> unfused = new ArrayList<>();
    for (IntegerStep step : lowered.integerSteps()) {
      Node node = byName.get(step.name());
      // A node that is gone was merged into its neighbours, which happens to those that only pass codes on.
      boolean onIntegers = node == null || node.inputs().stream().noneMatch(dequantized::contains);
      if (onIntegers) {
        fused.add(step.name());
      } else {
        unfused.add(new VerificationResult.Unfused(step.name(), reason(step, lowered, qdq)));
      }
    }
    Set<String> integer = new HashSet<>();
    lowered.integerSteps().forEach(step -> integer.add(step.node().output()));
    for (Layer layer : lowered.model().layers()) {
      if (!integer.contains(layer.node().output())) {
        unfused.add(new VerificationResult.Unfused(layer.name(), floatReason(layer, lowered)));
      }
    }
    return new Fusion(fused, unfused);
  }

  /** The graph as ONNX Runtime runs it with all optimizations. */
  public static Graph optimized(Graph graph) {
    try {
      Path file = Files.createTempFile("bitloupe-optimized", ".onnx");
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setOptimizationLevel(OptLevel.ALL_OPT);
        options.setIntraOpNumThreads(1);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        options.setOptimizedModelFilePath(file.toString());
        OrtSessions.environment().createSession(OnnxWriter.toBytes(graph), options).close();
        return OnnxReader.open(file).graph();
      } catch (OrtException e) {
        throw OrtSessions.refused(e);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(IntegerStep step, LoweredGraph lowered, QdqGraph qdq) {
    String note = qdq.notes().get(step.name());
    if (note != null) {
      return note + ".";
    }
    List<String> activations = new ArrayList<>(step.inputs());
    activations.add(step.output());
    Optional<String> wide =
        activations.stream().filter(tensor -> lowered.params(tensor).format().containerBits() > 8).findFirst();
    if (wide.isPresent()) {
      return "ONNX Runtime has no integer kernels for 16-bit activations, and '%s' has %d bits."
          .formatted(wide.get(), lowered.params(wide.get()).format().bits());
    }
    if (activations.stream().anyMatch(lowered.dynamic()::contains)) {
      return "Its scale is computed at run time.";
    }
    String op = step.node().opType();
    if (WITHOUT_INTEGER_FORM.contains(op)) {
      return "ONNX Runtime has no integer form of %s and computes it in float between DequantizeLinear and QuantizeLinear.".formatted(op);
    }
    return "ONNX Runtime left %s in float.".formatted(op);
  }

  /** Why {@code layer}, which is no integer step of {@code lowered}, stays in float, as a sentence. */
  public static String floatReason(Layer layer, LoweredGraph lowered) {
    Optional<CodeTensor> weights = layer.weight().map(weight -> lowered.constantCodes().get(weight));
    if (layer.kind().hasWeights() && weights.isEmpty()) {
      return "Its weights are in float.";
    }
    if (weights.isPresent() && weights.get().params().granularity() instanceof Granularity.PerBlock) {
      return "Its weights have several scales in one sum, which no integer kernel takes.";
    }
    for (String input : layer.node().inputs()) {
      if (lowered.model().tensors().containsKey(input) && !lowered.isCodes(input)) {
        return "Its input '%s' is in float.".formatted(input);
      }
    }
    return lowered.isCodes(layer.output())
        ? "%s has no integer form with these attributes.".formatted(layer.node().opType())
        : "Its output '%s' is in float.".formatted(layer.output());
  }

  /** Whether the products of {@code step} meet as 8-bit integers whose sum both sides define alike. */
  static boolean isExact(IntegerStep step, LoweredGraph lowered) {
    boolean narrow = lowered.params(step.output()).format().containerBits() == 8;
    for (Operand operand : step.operands()) {
      narrow &=
          switch (operand) {
            case Operand.Activation(String tensor) -> lowered.params(tensor).format().containerBits() == 8;
            case Operand.Constant(String _, CodeTensor value) -> value.params().format().containerBits() == 8;
          };
    }
    return narrow && Set.of("Conv", "Gemm", "MatMul", "Add").contains(step.node().opType());
  }
}
