package io.bitloupe.exec;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.StoredCodes;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.BatchNormFolder;
import io.bitloupe.onnx.ConstantFolder;
import io.bitloupe.onnx.InferenceMode;
import io.bitloupe.onnx.LayerFinder;
import io.bitloupe.onnx.NativeHazards;
import io.bitloupe.onnx.OnnxFile;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.onnx.OpsetUpgrader;
import io.bitloupe.onnx.ShapeSimplifier;
import io.bitloupe.onnx.WeightCheck;
import io.bitloupe.qdq.QuantizedGraph;
import io.bitloupe.qdq.QuantizedGraphReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads models: reads the file, upgrades it, folds constants, shape arithmetic and BatchNormalization, finds the shape of every
 * tensor by running the graph in ONNX Runtime, and finds the quantizable layers.
 */
public final class ModelLoader {

  /** Files below this opset are upgraded to it; newer ones stay as they are. */
  private static final int OLDEST_OPSET = 13;

  private static final Set<String> KNOWN_DOMAINS =
      Set.of(
          "", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc", "ai.onnx.preview.training", "ai.onnx.preview");

  private final Path path;
  private final OrtEvaluator evaluator;
  private final List<String> notes = new ArrayList<>();
  private final List<String> storedNotes = new ArrayList<>();

  private ModelLoader(Path path, OrtEvaluator evaluator) {
    this.path = path;
    this.evaluator = evaluator;
  }

  /**
   * Loads the ONNX file {@code path}.
   *
   * @throws InvalidModelException with one sentence that names the file and the reason, when it cannot be used
   */
  public static Model load(Path path) {
    OnnxFile file = OnnxReader.open(path);
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      return new ModelLoader(path, evaluator).load(file);
    } catch (InvalidModelException e) {
      String reason = String.valueOf(e.getMessage());
      throw new InvalidModelException(
          "%s cannot be used: %s%s".formatted(path.getFileName(), reason, reason.endsWith(".") ? "" : "."), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException e) {
      throw new InvalidModelException("%s cannot be used: its operands contradict each other.".formatted(path.getFileName()), e);
    } catch (OutOfMemoryError e) {
      throw new InvalidModelException("%s cannot be used: it needs more memory than there is.".formatted(path.getFileName()), e);
    }
  }

  /**
   * {@code model} with another graph of the same inputs and outputs; shapes and layers are found again.
   *
   * @throws InvalidModelException when the graph cannot run
   */
  public static Model withGraph(Model model, Graph graph) {
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      Map<String, Shape> shapes = new HashMap<>();
      graph.inputs().forEach(input -> shapes.put(input.name(), model.tensor(input.name()).shape()));
      Map<String, TensorInfo> tensors = TensorShapes.find(graph, evaluator, Sizes.of(graph, evaluator, shapes));
      List<Layer> layers = LayerFinder.find(graph, tensors).layers();
      return new Model(
          model.path(), model.sha256(), model.original(), graph, tensors, layers, model.batchable(), model.notes());
    }
  }

  /**
   * {@code model} with the shapes and products that it has on inputs as long as {@code sample}: where a file leaves lengths open, loading
   * it has to pick some.
   *
   * @param sample the inputs of one sample
   * @throws InvalidInputException when the model does not run on them
   */
  public static Model fitted(Model model, Map<String, Tensor> sample) {
    Map<String, Shape> shapes = new HashMap<>();
    sample.forEach((name, value) -> shapes.put(name, value.shape()));
    if (model.graph().inputs().stream().map(ValueInfo::name).allMatch(name -> isAsLong(model.tensor(name).shape(), shapes.get(name)))) {
      return model;
    }
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      Map<String, TensorInfo> tensors = TensorShapes.find(model.graph(), evaluator, Sizes.of(model.graph(), evaluator, shapes));
      List<String> notes = new ArrayList<>(model.notes());
      openSizes(model.graph(), model.tensors()).ifPresent(notes::remove);
      openSizes(model.graph(), tensors).ifPresent(notes::add);
      return new Model(
          model.path(), model.sha256(), model.original(), model.graph(), tensors, LayerFinder.find(model.graph(), tensors).layers(),
          model.batchable(), notes, model.stored(), model.storedNotes());
    } catch (InvalidModelException e) {
      throw new InvalidInputException(
          "%s does not run on inputs of the sizes that the data has: %s".formatted(model.fileName(), e.getMessage()), e);
    }
  }

  private static boolean isAsLong(Shape probed, @Nullable Shape given) {
    return given == null || probed.rank() == 0 || given.rank() != probed.rank() || given.equals(probed);
  }

  private Model load(OnnxFile file) {
    checkDomains(file.graph());
    NativeHazards.check(file.graph());
    if (file.graph().opsets().containsKey("") && file.graph().opset() < OLDEST_OPSET) {
      notes.add("Upgraded from opset %d to %d.".formatted(file.graph().opset(), OLDEST_OPSET));
    }
    InferenceMode.Result inference = InferenceMode.apply(OpsetUpgrader.upgrade(file.graph(), OLDEST_OPSET));
    if (inference.changed() > 0) {
      notes.add("%d nodes were in training mode and are used as at inference.".formatted(inference.changed()));
    }
    Optional<QuantizedGraph> quantized = QuantizedGraphReader.read(inference.graph());
    quantized.ifPresent(read -> storedNotes.addAll(read.notes()));
    Graph original = quantized.map(QuantizedGraph::graph).orElse(inference.graph());
    ConstantFolder constants = new ConstantFolder(evaluator);
    Graph graph = constants.fold(original);
    WeightCheck.check(graph);
    NativeHazards.check(graph);
    Sizes sizes = Sizes.find(graph, evaluator);
    graph = constants.fold(new ShapeSimplifier(evaluator).simplify(graph, sizes.probes()));
    graph = foldBatchNorm(graph, sizes);
    Map<String, TensorInfo> tensors = TensorShapes.find(graph, evaluator, sizes);
    boolean batchable = sizes.batchable() && graph.outputs().stream().allMatch(output -> batched(tensors, output));
    WeightCheck.check(graph);
    if (!batchable) {
      notes.add("It takes one batch of the size in the file at a time; its samples cannot be run together.");
    }
    LayerFinder.Result found = LayerFinder.find(graph, tensors);
    notes.addAll(found.notes());
    openSizes(graph, tensors).ifPresent(notes::add);
    Map<String, StoredCodes> stored = quantized.isPresent() ? unchanged(quantized.get(), original, graph) : Map.of();
    notes.addAll(storedNotes);
    return new Model(path, file.sha256(), original, graph, tensors, found.layers(), batchable, notes, stored, storedNotes);
  }

  /** What stands for the sizes that the inputs of {@code graph} leave open, in one sentence; empty where none but the batch is. */
  private static Optional<String> openSizes(Graph graph, Map<String, TensorInfo> tensors) {
    Map<String, Shape> shapes = new HashMap<>();
    graph.inputs().forEach(input -> Optional.ofNullable(tensors.get(input.name())).ifPresent(it -> shapes.put(input.name(), it.shape())));
    Map<String, Integer> sizes = new TreeMap<>(new ProbeInputs(graph.inputs()).sizes(shapes));
    String list = sizes.entrySet().stream().map(size -> size.getKey() + " = " + size.getValue()).collect(Collectors.joining(", "));
    return sizes.isEmpty()
        ? Optional.empty()
        : Optional.of("The file leaves sizes of its inputs open; shapes and MACs are those with %s.".formatted(list));
  }

  /** How the file holds the tensors that {@code graph} still has as they were: scales of folded weights fit no longer. */
  private Map<String, StoredCodes> unchanged(QuantizedGraph read, Graph original, Graph graph) {
    Map<String, StoredCodes> kept = new LinkedHashMap<>(read.stored());
    kept.keySet().removeIf(name -> original.isConstant(name) && !graph.findConstant(name).equals(original.findConstant(name)));
    if (kept.size() < read.stored().size()) {
      storedNotes.add(
          "The scales of %d of its weights fit them no longer, since they were folded.".formatted(read.stored().size() - kept.size()));
    }
    return kept;
  }

  private static boolean batched(Map<String, TensorInfo> tensors, ValueInfo output) {
    return Optional.ofNullable(tensors.get(output.name())).map(TensorInfo::batched).orElse(false);
  }

  private static void checkDomains(Graph graph) {
    for (Node node : graph.nodes()) {
      if (!KNOWN_DOMAINS.contains(node.domain())) {
        throw new InvalidModelException(OrtMessages.unknownOperator(node.opType(), node.domain()));
      }
      for (Attribute attribute : node.attributes().values()) {
        if (attribute instanceof Attribute.GraphValue(Graph body)) {
          checkDomains(body);
        }
      }
    }
  }

  private Graph foldBatchNorm(Graph graph, Sizes sizes) {
    if (graph.nodes().stream().noneMatch(node -> node.is("BatchNormalization"))) {
      return graph;
    }
    Map<String, Shape> shapes = new HashMap<>();
    List<String> names =
        graph.nodes().stream()
            .filter(node -> node.is("BatchNormalization"))
            .flatMap(node -> Stream.of(node.inputs().getFirst(), node.output()))
            .filter(name -> !graph.isConstant(name) && graph.inputs().stream().noneMatch(input -> input.name().equals(name)))
            .distinct()
            .toList();
    Map<String, Tensor> values = evaluator.evaluate(graph, sizes.probes().getFirst().inputs(), names);
    values.forEach((name, value) -> shapes.put(name, value.shape()));
    BatchNormFolder.Result result = BatchNormFolder.fold(graph, shapes);
    if (result.folded() > 0) {
      notes.add("%d BatchNormalization folded into the layer before.".formatted(result.folded()));
    }
    for (String output : result.affine()) {
      notes.add(
          "The BatchNormalization '%s' has no layer of its own to fold into and became a Mul and an Add by channel.".formatted(output));
    }
    return result.graph();
  }
}
