package io.bitloupe.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.engine.sensitivity.Proxies;
import io.bitloupe.engine.sensitivity.SensitivityListener;
import io.bitloupe.engine.sensitivity.SensitivityRow;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.ui.chart.Ink;
import io.bitloupe.ui.graph.GraphViewModel;
import io.bitloupe.ui.graph.Heat;
import io.bitloupe.ui.graph.HeatMap;
import io.bitloupe.ui.layers.LayerColumn;
import io.bitloupe.ui.layers.LayerRow;
import io.bitloupe.ui.layers.LayersViewModel;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.LossLegend;
import io.bitloupe.ui.workspace.Searched;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SensitivityViewModelTest {
  private final Opened opened = Opened.withData(true);
  private final List<SensitivityGrid> heard = new ArrayList<>();
  private final List<Integer> bars = new ArrayList<>();
  private double before = 0.1;
  private final SensitivityViewModel sensitivity = new SensitivityViewModel(opened.workspace, this::measured, form());
  private final Layer layer = opened.workspace.modelProperty().get().orElseThrow().layers().getFirst();

  private static SearchForm form() {
    SearchForm form = new SearchForm();
    form.widthsProperty().set("4, 8");
    return form;
  }

  private static Response response(double divergence) {
    return new Response(100, Optional.empty(), 90, divergence, 20);
  }

  private SensitivityTable measured(
      Workbench workbench, QuantConfig base, Sensing.Asked asked, SensitivityListener listener, Progress progress) {
    listener.onBase(response(0), response(before));
    SensitivityViewModel.Kind kind = asked.kind();
    assertThat(asked.widths()).containsExactly(8, 4);
    List<SensitivityRow> rows = new ArrayList<>();
    for (int bits : asked.widths()) {
      Cell cell = new Cell(layer, layer.weight().orElseThrow(), kind.target(), kind.direction(), bits, base);
      OptionalDouble none = OptionalDouble.empty();
      Proxies proxies = new Proxies(OptionalDouble.of(bits), bits, 1.0 / bits, none, none, none);
      rows.add(SensitivityRow.unknown(cell).with(proxies));
      listener.onRow(rows.getLast());
      heard.add(sensitivity.gridProperty().get());
    }
    bars.add(opened.workspace.searchedProperty().get().losses().size());
    rows.replaceAll(row -> row.with(response(2.0 / row.cell().bits())));
    rows.forEach(listener::onRow);
    bars.add(opened.workspace.searchedProperty().get().losses().size());
    return new SensitivityTable(response(0), response(0.1), rows, 2, 0.1, 0.2);
  }

  @Test
  void estimatesAreThereFirstAndMeasurementsTakeTheirPlace() {
    sensitivity.start();
    assertThat(heard.getLast().entry(layer.name(), 4)).hasValue(new SensitivityGrid.Entry(0.25, false));
    assertThat(sensitivity.gridProperty().get().entry(layer.name(), 4)).hasValue(new SensitivityGrid.Entry(0.5, true));
    assertThat(sensitivity.correlations()).contains("layer SQNR 1.00").contains("first samples 1.00").doesNotContain("Hessian");
    assertThat(sensitivity.runningProperty().get()).isFalse();
    assertThat(bars).as("bars after the estimates, and when everything is measured but the table not yet complete").containsExactly(0, 1);
    assertThat(opened.workspace.searchedProperty().get().losses()).as("bars in the layer table").containsEntry(layer.name(), 0.5 - 0.1);
  }

  @Test
  void eachKindHasATableOfItsOwn() {
    sensitivity.start();
    sensitivity.setKind(SensitivityViewModel.Kind.ALL_BUT_WEIGHTS);
    assertThat(sensitivity.gridProperty().get().layers()).isEmpty();
    assertThat(sensitivity.correlations()).isEmpty();
    sensitivity.start();
    assertThat(sensitivity.gridProperty().get().layers()).containsExactly(layer.name());
    sensitivity.setKind(SensitivityViewModel.Kind.WEIGHTS);
    assertThat(sensitivity.correlations()).isNotEmpty();
  }

  @Test
  void whatWasMeasuredInAnotherConfigurationIsMarkedUntilItIsMeasuredAgain() {
    GraphViewModel graph = new GraphViewModel(opened.workspace);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    graph.activeProperty().set(true);
    graph.heatProperty().set(Heat.SENSITIVITY);
    sensitivity.start();
    assertThat(sensitivity.isStale(sensitivity.gridProperty().get())).isFalse();
    assertThat(layers.sensitivityStaleProperty().get()).isFalse();
    assertThat(graph.heatMapProperty().get().stale()).isFalse();

    opened.select(1);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), 3));
    assertThat(sensitivity.isStale(sensitivity.gridProperty().get())).isTrue();
    assertThat(layers.sensitivityStaleProperty().get()).isTrue();
    assertThat(layers.rows().getFirst().figures().sensitivityStale()).isTrue();
    assertThat(graph.heatMapProperty().get().stale()).isTrue();
    graph.heatProperty().set(Heat.BITS);
    assertThat(graph.heatMapProperty().get().stale()).as("bits are those of the configuration").isFalse();

    opened.workspace.undo();
    assertThat(layers.sensitivityStaleProperty().get()).as("back where it was measured").isFalse();
    opened.workspace.redo();
    sensitivity.setKind(SensitivityViewModel.Kind.ACTIVATIONS);
    sensitivity.startForLayers();
    assertThat(sensitivity.kind()).isEqualTo(SensitivityViewModel.Kind.WEIGHTS);
    assertThat(sensitivity.isStale(sensitivity.gridProperty().get())).isFalse();
    assertThat(layers.sensitivityStaleProperty().get()).isFalse();
  }

  @Test
  void aLayerThatDoesGoodSaysSo() {
    before = 0.75;
    GraphViewModel graph = new GraphViewModel(opened.workspace);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    graph.heatProperty().set(Heat.SENSITIVITY);
    sensitivity.start();
    LayerRow row = layers.rows().getFirst();
    assertThat(row.figures().sensitivity()).hasValue(0.5 - 0.75);
    assertThat(LayerColumn.SENSITIVITY.text(row)).isEqualTo("−250");
    HeatMap.Entry entry = graph.heatMapProperty().get().entries().getFirst();
    assertThat(entry.figure()).isEqualTo("−250");
    assertThat(Searched.ink(-0.25)).isEqualTo(Ink.GAIN);
    assertThat(Searched.ink(-0.001)).as("no more than chance").isEqualTo(Ink.HEAT_0);
    assertThat(LossLegend.ofGain()).isEqualTo("below −2, closer to float");
    assertThat(Searched.ink(1)).isEqualTo(Ink.HEAT_6);
  }

  @Test
  void nothingStartsWithoutData() {
    SensitivityViewModel without = new SensitivityViewModel(new Opened(true).workspace, this::measured, form());
    without.start();
    assertThat(without.gridProperty().get().layers()).isEmpty();
    assertThat(heard).isEmpty();
  }
}
