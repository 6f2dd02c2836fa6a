package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models of which only inputs and outputs matter. */
final class TinyModel {

  private final List<ValueInfo> inputs = new ArrayList<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private int classes = 10;

  /** An input with a symbolic leading dimension; -1 stands for other symbolic ones. */
  TinyModel input(String name, DataType type, int... sample) {
    int[] dimensions = new int[sample.length + 1];
    dimensions[0] = -1;
    System.arraycopy(sample, 0, dimensions, 1, sample.length);
    return exact(name, type, true, dimensions);
  }

  /** An input with these dimensions; -1 stands for symbolic ones. */
  TinyModel exact(String name, DataType type, boolean batched, int... dimensions) {
    List<Dimension> declared = new ArrayList<>();
    for (int size : dimensions) {
      declared.add(size < 0 ? new Dimension.Symbolic("N") : new Dimension.Fixed(size));
    }
    inputs.add(new ValueInfo(name, type, declared));
    tensors.put(name, new TensorInfo(name, type, Shape.of(Arrays.stream(dimensions).map(Math::abs).toArray()), batched));
    return this;
  }

  TinyModel classes(int count) {
    classes = count;
    return this;
  }

  Model build() {
    return build(Path.of("tiny.onnx"));
  }

  /** A model that came from {@code file}. */
  Model build(Path file) {
    ValueInfo output =
        new ValueInfo("output", DataType.FLOAT, List.of(new Dimension.Symbolic("N"), new Dimension.Fixed(classes)));
    Graph graph = new Graph("tiny", inputs, List.of(output), List.of(), Map.of(), Map.of("", 17), Map.of());
    return new Model(file, "0", graph, graph, tensors, List.of(), true, List.of());
  }

  /** One gray picture input of the given size, ten classes. */
  static Model gray(int side) {
    return new TinyModel().input("input", DataType.FLOAT, 1, side, side).build();
  }

  /** One color picture input of the given size, ten classes. */
  static Model color(int side) {
    return new TinyModel().input("input", DataType.FLOAT, 3, side, side).build();
  }
}
