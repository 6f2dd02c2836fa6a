package io.bitloupe.exec;

import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.Probe;
import io.bitloupe.onnx.ShapeSimplifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sizes of the dimensions that a file leaves open, on which its graph runs.
 *
 * @param probes inputs that run: one sample first, then two (and three, for shape arithmetic) where the graph takes them, then other sizes
 * @param batchable whether it ran on more than one sample
 * @param bytes about what all tensors of the graph take for one sample
 */
record Sizes(List<Probe> probes, boolean batchable, long bytes) {

  private static final List<Integer> PICTURE_SIDES = List.of(224, 32, 64, 128, 256, 28, 299, 320, 48, 384, 416, 512, 640, 16, 8, 1);
  private static final List<Integer> LENGTHS = List.of(16, 1, 8, 32, 64, 80, 128, 224, 256, 512, 576, 1024, 1536);

  Sizes {
    probes = List.copyOf(probes);
  }

  /**
   * Tries {@code graph} until it runs.
   *
   * @throws InvalidModelException with the first reason, when it never does
   */
  static Sizes find(Graph graph, OrtEvaluator evaluator) {
    ProbeInputs inputs = new ProbeInputs(graph.inputs());
    boolean pictures = graph.inputs().stream().anyMatch(input -> input.dimensions().size() == 4);
    return find(graph, evaluator, inputs, candidates(inputs, pictures ? PICTURE_SIDES : LENGTHS));
  }

  /**
   * Tries {@code graph} with inputs of {@code shapes}, by input.
   *
   * @throws InvalidModelException with the reason, when it does not run so
   */
  static Sizes of(Graph graph, OrtEvaluator evaluator, Map<String, Shape> shapes) {
    ProbeInputs inputs = new ProbeInputs(graph.inputs());
    return find(graph, evaluator, inputs, Set.of(inputs.sizes(shapes)));
  }

  private static Sizes find(Graph graph, OrtEvaluator evaluator, ProbeInputs inputs, Set<Map<String, Integer>> candidates) {
    Base base = base(graph, evaluator, inputs, candidates);
    Map<String, Integer> sizes = base.sizes();
    List<Probe> probes = new ArrayList<>();
    probes.add(new Probe(1, true, inputs.make(1, sizes)));
    boolean batchable = false;
    if (inputs.hasBatch()) {
      Probe two = new Probe(2, true, inputs.make(2, sizes));
      if (runs(graph, evaluator, two)) {
        probes.add(two);
        batchable = true;
      }
      if (batchable && ShapeSimplifier.applies(graph)) {
        probes.add(new Probe(3, true, inputs.make(3, sizes)));
      }
    }
    for (String open : sizes.keySet()) {
      Map<String, Integer> varied = new HashMap<>(sizes);
      varied.computeIfPresent(open, (_, size) -> size >= 28 ? size + 32 : size + 1);
      Probe probe = new Probe(1, false, inputs.make(1, varied));
      if (runs(graph, evaluator, probe)) {
        probes.add(probe);
      }
    }
    return new Sizes(probes, batchable, base.bytes());
  }

  /** Sizes of the open dimensions, and about what all tensors take with them. */
  private record Base(Map<String, Integer> sizes, long bytes) {}

  private static Base base(Graph graph, OrtEvaluator evaluator, ProbeInputs inputs, Set<Map<String, Integer>> candidates) {
    List<InvalidModelException> reasons = new ArrayList<>();
    long deadline = System.nanoTime() + OrtEvaluator.LONGEST_RUN.toNanos();
    for (Map<String, Integer> sizes : candidates) {
      try {
        Map<String, Tensor> sample = inputs.make(1, sizes);
        long bytes = evaluator.checkSizes(graph, sample);
        evaluator.evaluate(graph, sample, results(graph));
        return new Base(sizes, bytes);
      } catch (InvalidModelException e) {
        reasons.add(e);
        if (System.nanoTime() - deadline > 0) {
          break;
        }
      }
    }
    throw reasons.getFirst();
  }

  /** The same size for all open dimensions; or for those of the first input, while the other ones grow with the samples. */
  private static Set<Map<String, Integer>> candidates(ProbeInputs inputs, List<Integer> sizes) {
    Set<Map<String, Integer>> candidates = new LinkedHashSet<>();
    for (int size : sizes) {
      candidates.add(sized(inputs.openDimensions(), size));
    }
    for (int size : sizes) {
      candidates.add(sized(inputs.openDimensionsOfFirst(), size));
    }
    return candidates;
  }

  private static Map<String, Integer> sized(Set<String> dimensions, int size) {
    Map<String, Integer> sizes = new HashMap<>();
    dimensions.forEach(open -> sizes.put(open, size));
    return sizes;
  }

  private static boolean runs(Graph graph, OrtEvaluator evaluator, Probe probe) {
    try {
      evaluator.evaluate(graph, probe.inputs(), results(graph));
      return true;
    } catch (InvalidModelException e) {
      return false;
    }
  }

  private static List<String> results(Graph graph) {
    return graph.outputs().stream().map(ValueInfo::name).toList();
  }
}
