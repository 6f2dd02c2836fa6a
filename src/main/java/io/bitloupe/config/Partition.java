package io.bitloupe.config;

import io.bitloupe.config.IntegerForm.Role;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which nodes of a model run on codes and which stay in float, given what is quantized. Float stretches are as large as
 * possible: a node that could run on codes but only works on what a float stretch computes, belongs to that stretch.
 */
public final class Partition {

  private final Structure structure;
  private final List<IntegerForm> integerForms;
  private final Set<String> integerNodes = new HashSet<>();
  private final Set<String> codes;

  private Partition(Structure structure, List<IntegerForm> integerForms, Set<String> codes) {
    this.structure = structure;
    this.integerForms = integerForms;
    this.codes = codes;
    for (IntegerForm form : integerForms) {
      integerNodes.add(key(form.node()));
      form.fused().forEach(clamp -> integerNodes.add(key(clamp)));
    }
  }

  /** What is true of a model whatever is quantized; made once for each model. */
  public static final class Structure {

    private final Model model;
    private final GraphIndex index;
    private final Map<String, IntegerForm> forms = new LinkedHashMap<>();
    private final Map<String, String> formOfOutput = new HashMap<>();
    private final Set<String> fused = new HashSet<>();
    private final Set<String> inputs = new LinkedHashSet<>();

    /** Studies {@code model}. */
    public Structure(Model model) {
      this.model = model;
      this.index = new GraphIndex(model.graph());
      IntegerForms integerForms = new IntegerForms(model, index);
      for (Node node : model.graph().nodes()) {
        if (!fused.contains(key(node))) {
          integerForms.of(node).ifPresent(this::add);
        }
      }
      for (ValueInfo input : model.graph().inputs()) {
        inputs.add(input.name());
      }
    }

    private void add(IntegerForm form) {
      forms.put(key(form.node()), form);
      formOfOutput.put(form.output(), key(form.node()));
      form.fused().forEach(clamp -> fused.add(key(clamp)));
    }

    private IntegerForm form(String key) {
      return Optional.ofNullable(forms.get(key)).orElseThrow();
    }

    /** The model. */
    public Model model() {
      return model;
    }

    /** Who writes and who reads each tensor of the model. */
    public GraphIndex index() {
      return index;
    }

    /** The integer form that writes {@code tensor}; empty when it is written otherwise. */
    public Optional<IntegerForm> writer(String tensor) {
      return Optional.ofNullable(formOfOutput.get(tensor)).map(forms::get);
    }

    /**
     * The tensor whose parameters {@code tensor} has: itself, or what the operators before it only passed on. Only operators
     * that have an integer form tie their output to their input.
     */
    public String root(String tensor) {
      String root = tensor;
      while (true) {
        Optional<IntegerForm> writer = writer(root);
        if (writer.isEmpty() || writer.get().role() != Role.MOVE) {
          return root;
        }
        String input = writer.get().operands().getFirst();
        if (!inputs.contains(input) && writer(input).isEmpty()) {
          return root;
        }
        root = input;
      }
    }

    private boolean isFloatTensor(String tensor) {
      TensorInfo info = model.tensors().get(tensor);
      return info != null && info.type() == DataType.FLOAT;
    }

    private boolean isScalarConstant(String tensor) {
      return Optional.ofNullable(model.graph().initializers().get(tensor)).filter(t -> t.elements() == 1).isPresent();
    }
  }

  /**
   * Divides a model.
   *
   * @param activation whether a float activation is quantized
   * @param weight whether a weight, by initializer name, is quantized in a form that an integer kernel takes
   */
  public static Partition of(Structure structure, Predicate<String> activation, Predicate<String> weight) {
    Map<String, Boolean> memo = new HashMap<>();
    Predicate<String> quantized =
        tensor -> memo.computeIfAbsent(tensor, name -> structure.isFloatTensor(name) && activation.test(name));
    Set<String> integer = new LinkedHashSet<>();
    Set<String> rounded = new HashSet<>();
    structure.forms.forEach(
        (key, form) -> {
          boolean codesOnly = quantized.test(form.output()) && form.activations().stream().allMatch(quantized);
          boolean weightFits = !form.weight() || weight.test(form.operands().get(1));
          if (codesOnly && weightFits) {
            integer.add(key);
          } else if (form.role() == Role.PRODUCT && form.weight()) {
            Stream.concat(form.activations().stream(), Stream.of(form.output())).filter(quantized).forEach(rounded::add);
          }
        });
    Narrowing narrowing = new Narrowing(structure, integer, rounded);
    narrowing.run();
    List<IntegerForm> left = integer.stream().map(structure::form).toList();
    return new Partition(structure, left, narrowing.codes());
  }

  /** The partition when everything that can be quantized is. */
  public static Partition ofEverything(Structure structure) {
    return of(structure, _ -> true, _ -> true);
  }

  /** The structure of the model. */
  public Structure structure() {
    return structure;
  }

  /** The nodes that run on codes, in topological order. */
  public List<IntegerForm> integerForms() {
    return integerForms;
  }

  /** Whether {@code node} runs on codes or became the clamp of a node that does. */
  public boolean isInteger(Node node) {
    return integerNodes.contains(key(node));
  }

  /**
   * The activations that exist as codes only: what integer nodes read and write, and what a product whose weights no integer
   * kernel takes reads and writes, where that is to be quantized all the same. Who reads one of them in float reads the
   * dequantized codes.
   */
  public Set<String> codes() {
    return Collections.unmodifiableSet(codes);
  }

  static String key(Node node) {
    return node.outputs().stream().filter(output -> !output.isEmpty()).findFirst().orElse("");
  }

  /** Takes nodes out of the integer part until none is left that belongs to a float stretch. */
  private static final class Narrowing {

    private final Structure structure;
    private final Graph graph;
    private final Set<String> integer;
    private final Set<String> rounded;

    Narrowing(Structure structure, Set<String> integer, Set<String> rounded) {
      this.structure = structure;
      this.graph = structure.model.graph();
      this.integer = integer;
      this.rounded = rounded;
    }

    void run() {
      boolean changed = true;
      while (changed) {
        changed = false;
        for (String key : List.copyOf(integer)) {
          IntegerForm form = structure.form(key);
          if (form.role() != Role.PRODUCT && belongsToFloat(form)) {
            integer.remove(key);
            changed = true;
          }
        }
      }
    }

    Set<String> codes() {
      Set<String> codes = new LinkedHashSet<>();
      for (String key : integer) {
        IntegerForm form = structure.form(key);
        codes.addAll(form.activations());
        codes.add(form.output());
      }
      codes.addAll(rounded);
      return codes;
    }

    private boolean belongsToFloat(IntegerForm form) {
      List<String> fromFloat = form.activations().stream().filter(tensor -> !isBornAsCodes(tensor)).toList();
      if (form.role() == Role.MOVE) {
        boolean fromCaller = structure.inputs.contains(form.activations().getFirst());
        return !fromFloat.isEmpty() || (fromCaller && readers(form.output()).noneMatch(this::runsOnCodes));
      }
      if (fromFloat.isEmpty()) {
        return isScalar(form)
            && !structure.index.isOutput(form.output())
            && !structure.index.consumers(form.output()).isEmpty()
            && readers(form.output()).noneMatch(this::runsOnCodes);
      }
      Set<String> alreadyRead = new HashSet<>();
      Set<String> seen = new HashSet<>();
      fromFloat.forEach(tensor -> collectBorder(tensor, alreadyRead, seen));
      return form.activations().stream().allMatch(tensor -> fromFloat.contains(tensor) || alreadyRead.contains(tensor));
    }

    private boolean isScalar(IntegerForm form) {
      boolean elementwise = List.of("Add", "Mul", "Relu", "Clip").contains(form.node().opType());
      return elementwise
          && form.activations().size() == 1
          && form.operands().stream().allMatch(operand -> form.activations().contains(operand) || structure.isScalarConstant(operand));
    }

    private Stream<Node> readers(String tensor) {
      return structure.index.consumers(tensor).stream();
    }

    private boolean runsOnCodes(Node node) {
      return integer.contains(key(node));
    }

    /** Whether {@code tensor} is there as codes without a step that quantizes it for this node: written so, or quantized anyway. */
    private boolean isBornAsCodes(String tensor) {
      if (structure.inputs.contains(tensor) || rounded.contains(tensor)) {
        return true;
      }
      return Optional.ofNullable(structure.formOfOutput.get(tensor)).filter(integer::contains).isPresent();
    }

    /** Adds to {@code border} what the float stretch that writes {@code tensor} reads as codes. */
    private void collectBorder(String start, Set<String> border, Set<String> seen) {
      Deque<String> open = new ArrayDeque<>(List.of(start));
      while (!open.isEmpty()) {
        String tensor = open.pop();
        if (!seen.add(tensor) || graph.isConstant(tensor)) {
          continue;
        }
        if (isBornAsCodes(tensor)) {
          border.add(tensor);
        } else {
          structure.index.producer(tensor).ifPresent(writer -> open.addAll(GraphIndex.inputsWithCaptured(writer)));
        }
      }
    }
  }
}
