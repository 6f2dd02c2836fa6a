package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.model.ValueInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * An input that data must feed.
 *
 * @param name tensor name
 * @param type element type
 * @param dimensions declared dimensions
 * @param batched whether the first dimension counts samples
 */
record ModelInput(String name, DataType type, List<Dimension> dimensions, boolean batched) {

  /** Copies the list. */
  ModelInput {
    dimensions = List.copyOf(dimensions);
  }

  /** The inputs of {@code model}. */
  static List<ModelInput> of(Model model) {
    return model.graph().inputs().stream().map(input -> of(model, input)).toList();
  }

  private static ModelInput of(Model model, ValueInfo input) {
    boolean leading =
        !input.dimensions().isEmpty()
            && (input.dimensions().getFirst() instanceof Dimension.Symbolic
                || input.dimensions().getFirst().equals(new Dimension.Fixed(1)));
    Optional<TensorInfo> known = Optional.ofNullable(model.tensors().get(input.name()));
    boolean grows = known.map(TensorInfo::batched).orElse(false);
    return new ModelInput(input.name(), input.type(), input.dimensions(), leading || grows);
  }

  /** Number of classes that the first output of {@code model} tells apart; empty when it does not look like classes. */
  static OptionalInt classes(Model model) {
    if (model.graph().outputs().isEmpty()) {
      return OptionalInt.empty();
    }
    ValueInfo output = model.graph().outputs().getFirst();
    int rank = output.dimensions().size();
    Optional<Shape> known =
        Optional.ofNullable(model.tensors().get(output.name())).map(TensorInfo::shape).filter(shape -> shape.rank() == rank);
    int classes = 1;
    int wide = 0;
    for (int axis = 1; axis < rank; axis++) {
      int size =
          output.dimensions().get(axis) instanceof Dimension.Fixed fixed ? fixed.size() : known.isPresent() ? known.get().dim(axis) : 0;
      wide += size == 1 ? 0 : 1;
      classes = size == 1 ? classes : size;
    }
    return rank >= 2 && wide == 1 && classes > 1 ? OptionalInt.of(classes) : OptionalInt.empty();
  }

  /** Number of dimensions. */
  int rank() {
    return dimensions.size();
  }

  /** Whether the dimension at {@code axis} can be {@code size}. */
  boolean accepts(int axis, int size) {
    return !(dimensions.get(axis) instanceof Dimension.Fixed fixed) || fixed.size() == size;
  }

  /** The size at {@code axis} where the file fixes it. */
  OptionalInt fixed(int axis) {
    return dimensions.get(axis) instanceof Dimension.Fixed fixed ? OptionalInt.of(fixed.size()) : OptionalInt.empty();
  }

  /** The declared shape for people, for instance {@code N×3×224×224}. */
  String describe() {
    return dimensions.isEmpty()
        ? "scalar"
        : dimensions.stream()
            .map(
                dimension ->
                    switch (dimension) {
                      case Dimension.Fixed fixed -> Integer.toString(fixed.size());
                      case Dimension.Symbolic symbolic -> symbolic.name().isEmpty() ? "?" : symbolic.name();
                    })
            .collect(Collectors.joining("×"));
  }
}
