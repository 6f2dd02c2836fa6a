package io.bitloupe.onnx;

import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Builds small graphs for tests. */
public final class TestGraph {

  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, Integer> opsets = new LinkedHashMap<>();

  public TestGraph(int opset) {
    if (opset > 0) {
      opsets.put("", opset);
    }
  }

  /** The body of a control-flow operator. */
  public static TestGraph body() {
    return new TestGraph(0);
  }

  public TestGraph domain(String domain, int version) {
    opsets.put(domain, version);
    return this;
  }

  /** A float input; a negative size is the batch. */
  public TestGraph input(String name, int... sizes) {
    return input(name, DataType.FLOAT, sizes);
  }

  public TestGraph input(String name, DataType type, int... sizes) {
    List<Dimension> dimensions =
        Arrays.stream(sizes).<Dimension>mapToObj(size -> size < 0 ? new Dimension.Symbolic("N") : new Dimension.Fixed(size)).toList();
    inputs.add(new ValueInfo(name, type, dimensions, true));
    return this;
  }

  public TestGraph constant(String name, Tensor value) {
    constants.put(name, value);
    return this;
  }

  public TestGraph floats(String name, int[] shape, float... values) {
    return constant(name, Tensor.ofFloats(Shape.of(shape), values));
  }

  public TestGraph longs(String name, long... values) {
    return constant(name, Tensor.ofLongs(Shape.of(values.length), values));
  }

  /** A float constant of small random numbers. */
  public TestGraph random(String name, int... shape) {
    return constant(name, randomTensor(name.hashCode(), shape));
  }

  /** A node of ONNX's own operator set; names are separated by commas, attributes are pairs of name and value. */
  public TestGraph node(String opType, String inputs, String outputs, Object... attributes) {
    return nodeIn("", opType, inputs, outputs, attributes);
  }

  /** A node of another operator set. */
  public TestGraph nodeIn(String domain, String opType, String inputs, String outputs, Object... attributes) {
    Map<String, Attribute> values = new HashMap<>();
    for (int i = 0; i < attributes.length; i += 2) {
      values.put((String) attributes[i], attribute(attributes[i + 1]));
    }
    nodes.add(new Node(opType.toLowerCase() + "_" + outputs, opType, domain, split(inputs), split(outputs), values));
    return this;
  }

  public TestGraph output(String... names) {
    return output(DataType.OTHER, names);
  }

  public TestGraph output(DataType type, String... names) {
    for (String name : names) {
      outputs.add(new ValueInfo(name, type, List.of()));
    }
    return this;
  }

  public Graph build() {
    return new Graph("test", inputs, outputs, nodes, constants, opsets, Map.of());
  }

  public static Tensor randomTensor(long seed, int... shape) {
    Shape dimensions = Shape.of(shape);
    Random random = new Random(seed);
    float[] values = new float[(int) dimensions.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(dimensions, values);
  }

  /** A value for each input: random reals, or the integers 0, 1, 0, 1 ... */
  public static Map<String, Tensor> randomInputs(Graph graph, int batch, long seed) {
    Map<String, Tensor> values = new HashMap<>();
    for (ValueInfo input : graph.inputs()) {
      int[] shape = input.dimensions().stream().mapToInt(d -> d instanceof Dimension.Fixed(int size) ? size : batch).toArray();
      Shape dimensions = Shape.of(shape);
      long[] alternating = new long[(int) dimensions.elements()];
      for (int i = 0; i < alternating.length; i++) {
        alternating[i] = i % 2;
      }
      values.put(
          input.name(),
          switch (input.type()) {
            case FLOAT -> randomTensor(seed + input.name().hashCode(), shape);
            case INT64 -> Tensor.ofLongs(dimensions, alternating);
            case BOOL -> Tensor.ofBytes(DataType.BOOL, dimensions, new byte[alternating.length]);
            default -> throw new IllegalArgumentException(input.type().name());
          });
    }
    return values;
  }

  private static List<String> split(String names) {
    return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }

  private static Attribute attribute(Object value) {
    return switch (value) {
      case Integer number -> new Attribute.IntValue(number);
      case Long number -> new Attribute.IntValue(number);
      case Float number -> new Attribute.FloatValue(number);
      case String text -> new Attribute.StringValue(text);
      case int[] numbers -> new Attribute.Ints(Arrays.stream(numbers).mapToObj(i -> (long) i).toList());
      case long[] numbers -> new Attribute.Ints(Arrays.stream(numbers).boxed().toList());
      case float[] numbers -> {
        List<Float> list = new ArrayList<>();
        for (float number : numbers) {
          list.add(number);
        }
        yield new Attribute.Floats(list);
      }
      case Tensor tensor -> new Attribute.TensorValue(tensor);
      case Graph graph -> new Attribute.GraphValue(graph);
      case Attribute attribute -> attribute;
      default -> throw new IllegalArgumentException(value.getClass().getName());
    };
  }
}
