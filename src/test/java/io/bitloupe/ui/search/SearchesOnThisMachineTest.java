package io.bitloupe.ui.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.data.DataSplit;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Runs;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.SensitivityListener;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Model;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the window starts, on a real model: stopped and started again, also by another window, it goes on. */
class SearchesOnThisMachineTest {

  private static final Path MODELS = Path.of("sample-models");
  private static final int SAMPLES = 64;

  private final LocalEngine engine = new LocalEngine(2);
  private final Model model = engine.loadModel(MODELS.resolve("lenet-300-100.onnx"));
  private final Workbench workbench =
      engine.calibrate(
          model,
          engine.openData(MODELS.resolve("t10k-images-idx3-ubyte.gz"), model, DataSplit.DEFAULT_CALIBRATION_SAMPLES),
          Progress.NONE);

  @TempDir Path folder;

  private SensitivityTable sense(Runs runs, SensitivityListener listener, Progress progress) {
    return Sensing.onThisMachine(engine, runs, SAMPLES, 2)
        .run(
            workbench,
            QuantConfig.defaults(),
            new Sensing.Asked(SensitivityViewModel.Kind.WEIGHTS, List.of(8, 4, 2)),
            listener,
            progress);
  }

  @Test
  void aTableThatWasStoppedGoesOnAndIsTheSame() {
    Runs runs = Runs.in(folder);
    Job stopped = new Job("stopped");
    SensitivityListener stops =
        row -> {
          if (row.measured().isPresent() && row.cell().bits() == 2) {
            stopped.cancel();
          }
        };
    assertThatThrownBy(() -> sense(runs, stops, stopped)).isInstanceOf(CancellationException.class);
    SensitivityTable whole = sense(Runs.inMemory(), _ -> {}, Progress.NONE);
    SensitivityTable resumed = sense(runs, _ -> {}, Progress.NONE);
    assertThat(resumed.evaluations()).isPositive().isLessThan(whole.evaluations());
    assertThat(resumed.rows()).isEqualTo(whole.rows());
    assertThat(sense(runs, _ -> {}, Progress.NONE).evaluations()).as("only the base again, for its activations").isEqualTo(1);
  }

  @Test
  void theSmallestWithinALossIsFound() {
    SearchForm form = new SearchForm();
    form.lostProperty().set("2");
    form.widthsProperty().set("8, 4, 2");
    SearchResult found =
        Searching.onThisMachine(engine, Runs.inMemory(), 2)
            .run(workbench, QuantConfig.defaults(), form.wish(List.of()), SearchListener.NONE, Progress.NONE);
    assertThat(found.chosen().tuning().headline()).isGreaterThanOrEqualTo(found.reference().headline() - 0.02);
    assertThat(found.chosen().weightBytes()).isLessThan(found.uniform().getFirst().weightBytes());
  }
}
