package io.bitloupe.ui.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Lab;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.RealOpened;
import io.bitloupe.ui.workspace.Selection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GraphViewModelTest {
  private final RealOpened opened = new RealOpened("resnet-14", 40);
  private final GraphViewModel viewModel = new GraphViewModel(opened.workspace);

  @AfterEach
  void close() {
    opened.close();
  }

  private GraphViewModel.Picture picture() {
    return viewModel.pictureProperty().get().orElseThrow();
  }

  private Model model() {
    return opened.workspace.modelProperty().get().orElseThrow();
  }

  @Test
  void drawsEveryOperatorOnce() {
    assertThat(viewModel.pictureProperty().get()).as("nothing is drawn while hidden").isEmpty();
    viewModel.activeProperty().set(true);
    Set<Integer> seen = new HashSet<>();
    picture().diagram().vertices()
        .forEach(vertex -> picture().diagram().layers(vertex).forEach(layer -> assertThat(seen.add(layer.index())).isTrue()));
    assertThat(seen).hasSize(model().layers().size());
  }

  @Test
  void foldsBlocksAndKeepsTheSelectionInSight() {
    viewModel.activeProperty().set(true);
    int open = picture().diagram().vertices().size();
    assertThat(viewModel.isAllOpen()).isTrue();
    opened.workspace.layers().select(Selection.of(4));
    viewModel.foldAll(true);
    assertThat(viewModel.isAllFolded()).isTrue();
    assertThat(picture().diagram().vertices().size()).isLessThan(open);
    Diagram.Vertex focused = picture().diagram().vertices().get(viewModel.focusProperty().get());
    assertThat(picture().diagram().layers(focused)).extracting(Layer::index).contains(4);
    viewModel.toggle(viewModel.focusProperty().get());
    assertThat(viewModel.isAllFolded()).isFalse();
    viewModel.foldAll(false);
    assertThat(picture().diagram().vertices()).hasSize(open);
  }

  @Test
  void selectionIsShared() {
    viewModel.activeProperty().set(true);
    opened.workspace.layers().select(Selection.of(3));
    int vertex = picture().diagram().vertexOf(3).orElseThrow();
    assertThat(viewModel.focusProperty().get()).isEqualTo(vertex);
    int other = picture().diagram().vertexOf(6).orElseThrow();
    viewModel.select(other, true);
    assertThat(opened.workspace.layers().selectionProperty().get()).isEqualTo(new Selection(List.of(3, 6), 6));
    viewModel.select(picture().diagram().vertexOf(0).orElseThrow(), false);
    viewModel.move(0, 1);
    assertThat(opened.workspace.layers().selectionProperty().get().layers()).hasSize(1).doesNotContain(0);
    viewModel.move(0, -1);
    assertThat(opened.workspace.layers().selectionProperty().get().layers()).containsExactly(0);
  }

  @Test
  void coloursFollowTheConfiguration() {
    viewModel.activeProperty().set(true);
    viewModel.heatProperty().set(Heat.BITS);
    assertThat(viewModel.heatMapProperty().get().entries()).allMatch(entry -> entry.level() == 0);
    Layer layer = model().layers().get(2);
    opened.workspace.apply(new ConfigEdits(opened.workspace.layers()::nameOf).weightBits(List.of(layer), 3));
    assertThat(viewModel.heatMapProperty().get().entries().get(2).level()).isEqualTo(5);
    assertThat(viewModel.heatMapProperty().get().entries().get(2).bits()).isEqualTo("W3 A8");
    viewModel.heatProperty().set(Heat.WEIGHT_SQNR);
    assertThat(viewModel.heatMapProperty().get().entries().get(2).level()).as("nothing is measured yet").isEqualTo(-1);
    viewModel.heatProperty().set(Heat.PLACE);
    opened.workspace.apply(ConfigEdits.defaults(model(), TensorChoice.FLOAT, TensorChoice.FLOAT));
    assertThat(viewModel.heatMapProperty().get().entries().get(5).inFloat()).isTrue();
  }

  @Test
  void findsOperators() {
    viewModel.activeProperty().set(true);
    viewModel.search("add");
    assertThat(viewModel.matchesProperty().get()).isNotEmpty();
    viewModel.nextMatch();
    int first = viewModel.focusProperty().get();
    viewModel.nextMatch();
    assertThat(viewModel.focusProperty().get()).isGreaterThan(first);
    viewModel.search("no such operator");
    assertThat(viewModel.matchesProperty().get()).isEmpty();
  }

  @Test
  void blocksAreFoundWithoutNames() {
    TestGraph graph = new TestGraph(17).input("x", -1, 8, 6, 6).random("w", 8, 8, 1, 1);
    String last = "x";
    for (int i = 0; i < 4; i++) {
      graph.node("Conv", last + ",w", "a" + i).node("Relu", "a" + i, "r" + i).node("Conv", "r" + i + ",w", "b" + i);
      boolean residual = i % 2 == 1;
      if (residual) {
        graph.node("Add", "b" + i + "," + last, "s" + i);
      }
      last = residual ? "s" + i : "b" + i;
    }
    Network network = Network.of(Lab.model(graph.output(last).build()), Layer::name);
    assertThat(network.blocks()).hasSize(4);
    for (Network.Block block : network.blocks()) {
      assertThat(block.size()).isBetween(2, 3);
    }
  }
}
