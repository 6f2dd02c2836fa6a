package io.bitloupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.exec.Lab;
import io.bitloupe.onnx.TestGraph;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PartitionTest {

  @Test
  void convolutionsAndTheirSurroundingsRunOnCodes() {
    Partition partition =
        everything(
            image()
                .random("v", 4, 4, 3, 3)
                .node("Conv", "x,w", "a")
                .node("Relu", "a", "b")
                .node("Conv", "b,v", "c", "pads", new int[] {1, 1, 1, 1})
                .node("Add", "b,c", "d")
                .node("Relu", "d", "e")
                .node("MaxPool", "e", "f", "kernel_shape", new int[] {2, 2})
                .node("GlobalAveragePool", "f", "g")
                .node("Flatten", "g", "y"));
    assertThat(operators(partition)).containsExactly("Conv+Relu", "Conv", "Add+Relu", "MaxPool", "GlobalAveragePool", "Flatten");
    assertThat(partition.codes()).containsExactlyInAnyOrder("x", "b", "c", "e", "f", "g", "y");
  }

  @Test
  void aDecomposedGeluIsNotTakenApart() {
    Partition partition =
        everything(
            rows()
                .random("v", 6, 6)
                .node("MatMul", "x,w", "a")
                .node("Div", "a,root", "b")
                .node("Erf", "b", "c")
                .node("Add", "c,one", "d")
                .node("Mul", "a,d", "e")
                .node("Mul", "e,half", "f")
                .node("MatMul", "f,v", "y"));
    assertThat(operators(partition)).containsExactly("MatMul", "MatMul");
    assertThat(partition.codes()).containsExactlyInAnyOrder("x", "a", "f", "y");
  }

  @Test
  void aDecomposedLayerNormalizationIsNotTakenApart() {
    Partition partition =
        everything(
            rows()
                .random("gain", 6)
                .random("shift", 6)
                .node("MatMul", "x,w", "a")
                .node("ReduceMean", "a", "mean", "axes", new int[] {-1})
                .node("Sub", "a,mean", "centred")
                .node("Mul", "centred,centred", "squared")
                .node("ReduceMean", "squared", "variance", "axes", new int[] {-1})
                .node("Add", "variance,one", "safe")
                .node("Sqrt", "safe", "deviation")
                .node("Div", "centred,deviation", "normal")
                .node("Mul", "normal,gain", "scaled")
                .node("Add", "scaled,shift", "n")
                .node("MatMul", "n,w", "y"));
    assertThat(operators(partition)).containsExactly("MatMul", "MatMul");
    assertThat(partition.codes()).containsExactlyInAnyOrder("x", "a", "n", "y");
  }

  @Test
  void theGateOfSqueezeAndExcitationMeetsCodes() {
    Partition partition =
        everything(
            image()
                .random("v", 4, 4, 1, 1)
                .node("Conv", "x,w", "a")
                .node("GlobalAveragePool", "a", "b")
                .node("Conv", "b,v", "c")
                .node("Sigmoid", "c", "gate")
                .node("Mul", "a,gate", "y"));
    assertThat(operators(partition)).containsExactly("Conv", "GlobalAveragePool", "Conv", "Mul");
    assertThat(partition.codes()).contains("gate");
  }

  @Test
  void aSwishIsOneFloatStretch() {
    Partition partition =
        everything(image().node("Conv", "x,w", "a").node("Sigmoid", "a", "s").node("Mul", "a,s", "b").node("Conv", "b,w", "y"));
    assertThat(operators(partition)).containsExactly("Conv", "Conv");
    assertThat(partition.codes()).containsExactlyInAnyOrder("x", "a", "b", "y");
  }

  @Test
  void anAddAfterANormalizationStaysInIntegersWhenItReadsSomethingElse() {
    Partition partition =
        everything(
            rows()
                .random("gain", 6)
                .node("LayerNormalization", "x,gain", "n")
                .node("MatMul", "n,w", "a")
                .node("Add", "n,a", "y"));
    assertThat(operators(partition)).containsExactly("MatMul", "Add");
    assertThat(partition.codes()).containsExactlyInAnyOrder("n", "a", "y");
  }

  @Test
  void scalingBeforeASoftmaxBelongsToIt() {
    Partition partition = everything(rows().node("MatMul", "x,w", "a").node("Mul", "a,half", "b").node("Softmax", "b", "y"));
    assertThat(operators(partition)).containsExactly("MatMul");
    assertThat(partition.codes()).containsExactlyInAnyOrder("x", "a");
  }

  @Test
  void theBiasOfALinearLayerStaysWithIt() {
    Partition partition =
        everything(rows().random("b", 6).node("MatMul", "x,w", "a").node("Add", "b,a", "c").node("Softmax", "c", "y"));
    assertThat(operators(partition)).containsExactly("MatMul", "Add");
  }

  @Test
  void whatOnlyPassesOnBetweenFloatsStaysInFloat() {
    Partition partition =
        everything(image().node("Sigmoid", "x", "a").node("Transpose", "a", "b", "perm", new int[] {0, 2, 3, 1}).node("Softmax", "b", "y"));
    assertThat(partition.integerForms()).isEmpty();
    assertThat(partition.codes()).isEmpty();
  }

  @Test
  void whatPassesOnTheInputOnlyForFloatsStaysInFloat() {
    Partition partition = everything(image().node("Flatten", "x", "a").node("Softmax", "a", "y"));
    assertThat(partition.codes()).isEmpty();
  }

  @Test
  void passingOnSharesTheScaleOfWhatIsPassedOn() {
    TestGraph graph =
        image()
            .node("Conv", "x,w", "a")
            .node("MaxPool", "a", "b", "kernel_shape", new int[] {2, 2})
            .node("Flatten", "b", "c")
            .output("c");
    Partition.Structure structure = new Partition.Structure(Lab.model(graph.build()));
    assertThat(structure.root("c")).isEqualTo("a");
    assertThat(structure.root("a")).isEqualTo("a");
  }

  @Test
  void samplesAreNotMixed() {
    Partition partition =
        everything(image().node("Conv", "x,w", "a").node("Transpose", "a", "y", "perm", new int[] {1, 0, 2, 3}));
    assertThat(operators(partition)).containsExactly("Conv");
  }

  @Test
  void aPadWithAnotherValueThanZeroStaysInFloat() {
    Partition partition =
        everything(image().longs("pads", 0, 0, 1, 1, 0, 0, 1, 1).node("Conv", "x,w", "a").node("Pad", "a,pads,half", "y"));
    assertThat(operators(partition)).containsExactly("Conv");
  }

  @Test
  void aFloatLayerBetweenQuantizedTensorsKeepsThemQuantized() {
    TestGraph graph =
        image().random("v", 4, 4, 3, 3).node("Conv", "x,w", "a").node("Conv", "a,v", "b").node("Conv", "b,v", "y").output("y");
    Partition.Structure structure = new Partition.Structure(Lab.model(graph.build()));
    Predicate<String> onlyFirst = weight -> weight.equals("w");
    Partition partition = Partition.of(structure, _ -> true, onlyFirst);
    assertThat(operators(partition)).containsExactly("Conv");
    assertThat(partition.codes()).containsExactlyInAnyOrder("x", "a", "b", "y");
  }

  @Test
  void anActivationInFloatKeepsItsNeighboursInFloat() {
    TestGraph graph = image().random("v", 4, 4, 3, 3).node("Conv", "x,w", "a").node("Conv", "a,v", "y").output("y");
    Partition.Structure structure = new Partition.Structure(Lab.model(graph.build()));
    Partition partition = Partition.of(structure, tensor -> !Set.of("a").contains(tensor), _ -> true);
    assertThat(partition.integerForms()).isEmpty();
  }

  private static Partition everything(TestGraph graph) {
    return Partition.ofEverything(new Partition.Structure(Lab.model(graph.output(last(graph)).build())));
  }

  private static String last(TestGraph graph) {
    return graph.build().nodes().getLast().output();
  }

  private static List<String> operators(Partition partition) {
    return partition.integerForms().stream()
        .map(form -> form.node().opType() + String.join("", form.fused().stream().map(clamp -> "+" + clamp.opType()).toList()))
        .toList();
  }

  private static TestGraph image() {
    return scalars(new TestGraph(17).input("x", -1, 4, 8, 8).random("w", 4, 4, 3, 3));
  }

  private static TestGraph rows() {
    return scalars(new TestGraph(17).input("x", -1, 5, 6).random("w", 6, 6));
  }

  private static TestGraph scalars(TestGraph graph) {
    return graph.floats("one", new int[0], 1).floats("half", new int[0], 0.5f).floats("root", new int[0], 1.4142135f);
  }
}
