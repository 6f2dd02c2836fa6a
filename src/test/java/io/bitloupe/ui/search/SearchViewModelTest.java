package io.bitloupe.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import io.bitloupe.search.Spending;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.Searched;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SearchViewModelTest {

  private final SearchForm form = new SearchForm();

  private static Response response(double divergence) {
    return new Response(100, Optional.empty(), 90, divergence, 20);
  }

  private static MeasuredPoint point(Workbench workbench, QuantConfig base, int bits, long bytes) {
    Layer layer = workbench.model().layers().getFirst();
    QuantConfig config =
        base.with(layer.weight().orElseThrow(), ConfigEdits.withBits(TensorChoice.DEFAULT_WEIGHT, bits, TensorChoice.DEFAULT_WEIGHT));
    return new MeasuredPoint(config, List.of(bits), new Spending(bytes, 0, 0, OptionalDouble.empty()), 0.01, response(0.1 / bits));
  }

  private static SearchResult found(
      Workbench workbench, QuantConfig base, SearchWish wish, SearchListener listener, Progress progress) {
    progress.report(1, 2);
    listener.onSensitivity(Cell.Target.WEIGHT, "conv", 8, 0.00001, response(0.1));
    listener.onSensitivity(Cell.Target.WEIGHT, "conv", 4, 0.5, response(0.6));
    MeasuredPoint small = point(workbench, base, 4, 1000);
    MeasuredPoint large = point(workbench, base, 6, 2000);
    return new SearchResult(List.of("conv"), List.of(), large, List.of(small, large), 0.9, 40, response(0), List.of(), 40, 1.5);
  }

  @Test
  void theMapFillsAndTheFrontCanBeChosenFrom() {
    Opened opened = Opened.withData(true);
    SearchViewModel search = new SearchViewModel(opened.workspace, SearchViewModelTest::found, form);
    search.start();
    assertThat(search.runningProperty().get()).isFalse();
    assertThat(search.gridProperty().get().entry("conv", 4)).hasValue(new SensitivityGrid.Entry(0.5, true));
    assertThat(search.gridProperty().get().layers()).containsExactly("conv");
    assertThat(search.front()).hasSize(2);
    assertThat(search.describe(search.front().getFirst())).startsWith("1.00 kB, on the tuning part agreement with float 90.00 %");
    assertThat(search.summary()).contains("40 configurations").contains("0.900");
    assertThat(search.beginning()).as("what was looked for").isEqualTo(1);
    search.choose(0);
    assertThat(search.beginning()).as("the current configuration").isZero();
    String weight = opened.workspace.modelProperty().get().orElseThrow().layers().getFirst().weight().orElseThrow();
    assertThat(opened.workspace.config().weightChoice(weight).bits()).isEqualTo(4);
    search.chooseSmallest();
    assertThat(opened.workspace.config().weightChoice(weight).bits()).isEqualTo(6);
    opened.workspace.undo();
    assertThat(opened.workspace.config().weightChoice(weight).bits()).as("a found configuration is a step like any other").isEqualTo(4);
  }

  @Test
  void hardwareIsReadOffTheFxThread() {
    Opened opened = Opened.withData(true);
    SearchViewModel search = new SearchViewModel(opened.workspace, SearchViewModelTest::found, form);
    assertThat(form.offered()).as("nothing is read before it is looked for").hasSize(1);
    search.offerProfiles();
    search.offerProfiles();
    assertThat(form.offered()).as("each once").hasSize(1 + HardwareProfiles.SHIPPED.size());
    List<String> said = new ArrayList<>();
    search.readHardware(Path.of("no-such-profile.json"), said::add);
    assertThat(said).singleElement().asString().contains("no-such-profile.json cannot be read");
    assertThat(form.hardwareProperty().get()).isInstanceOf(Hardware.ThisMachine.class);
  }

  @Test
  void whatCannotBeFoundIsSaidInOneSentence() {
    Opened opened = Opened.withData(true);
    SearchViewModel search =
        new SearchViewModel(
            opened.workspace,
            (_, _, _, _, _) -> {
              throw new InvalidInputException("No choice is that good.");
            },
            form);
    search.start();
    assertThat(opened.workspace.noticeProperty().get().orElseThrow().sentence()).isEqualTo("No choice is that good.");
    assertThat(search.runningProperty().get()).isFalse();
    assertThat(search.front()).isEmpty();
    search.choose(3);
  }

  @Test
  void nothingStartsWithoutData() {
    Opened opened = new Opened(true);
    SearchViewModel search = new SearchViewModel(opened.workspace, SearchViewModelTest::found, form);
    search.start();
    assertThat(search.resultProperty().get()).isEmpty();
    assertThat(search.runningProperty().get()).isFalse();
  }

  @Test
  void pinnedLayersAreNoneOfItsBusiness() {
    Opened opened = Opened.withData(true);
    List<List<String>> asked = new ArrayList<>();
    SearchViewModel search =
        new SearchViewModel(
            opened.workspace,
            (workbench, base, wish, listener, progress) -> {
              asked.add(wish.request().choices().pinned());
              return found(workbench, base, wish, listener, progress);
            },
            form);
    opened.select(1);
    opened.workspace.layers().togglePins();
    search.start();
    assertThat(asked).containsExactly(List.of(opened.workspace.modelProperty().get().orElseThrow().layers().get(1).name()));
    assertThat(search.front()).hasSize(2);
    opened.workspace.layers().togglePins();
    assertThat(search.front()).as("found for other pins").isEmpty();
    assertThat(search.gridProperty().get().layers()).as("losses of layers stay").containsExactly("conv");
  }

  @Test
  void whatACancelledSearchStillMeasuresReachesNoView() {
    Opened opened = Opened.withData(true);
    List<SearchListener> listeners = new ArrayList<>();
    SearchViewModel search =
        new SearchViewModel(
            opened.workspace,
            (_, _, _, listener, progress) -> {
              listeners.add(listener);
              opened.workspace.cancelActivity();
              progress.checkCancelled();
              throw new AssertionError("it was cancelled");
            },
            form);
    search.start();
    assertThat(search.runningProperty().get()).isFalse();
    listeners.getFirst().onSensitivity(Cell.Target.WEIGHT, "conv", 4, 0.5, response(0.6));
    assertThat(search.gridProperty().get().layers()).isEmpty();
    assertThat(opened.workspace.searchedProperty().get()).isEqualTo(Searched.NOTHING);
  }

  @Test
  void levelsRiseWithTheLoss() {
    assertThat(Searched.level(0)).isZero();
    assertThat(Searched.level(1)).isEqualTo(6);
    assertThat(Searched.level(0.001)).isLessThan(Searched.level(0.1));
  }
}
