package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Engine;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyBooleanProperty;

/**
 * Times configurations in ONNX Runtime when the user asks, in place of the measurement of the current step: what else computes would
 * be in the times. They go to every step with the configuration as soon as they are there. For the FX thread only.
 */
public final class SpeedTimer {
  private static final Duration BUDGET = Duration.ofMillis(1200);

  private final Workspace workspace;
  private final LongJob job;
  private final List<DeploymentLoad> loads;

  /** Times configurations of {@code workspace} under the usual loads of this machine. */
  public SpeedTimer(Workspace workspace) {
    this.workspace = workspace;
    job = new LongJob(workspace);
    loads = DeploymentLoad.usual(Runtime.getRuntime().availableProcessors());
    workspace.workbenchProperty().subscribe(_ -> job.stop());
  }

  /** Whether it works. */
  public ReadOnlyBooleanProperty runningProperty() {
    return job.runningProperty();
  }

  /** What it times configurations under. */
  public List<DeploymentLoad> loads() {
    return loads;
  }

  /** The steps of {@code numbers} that are measured to the end and that were not timed under {@code load} yet. */
  public List<Integer> untimed(List<Integer> numbers, DeploymentLoad load) {
    return numbers.stream()
        .filter(number -> measured(number).filter(it -> it.latency().deployed(load).isEmpty()).isPresent())
        .toList();
  }

  /** Whether step {@code number} can be timed: everything about its accuracy was measured. */
  public boolean canTime(int number) {
    return measured(number).isPresent();
  }

  private Optional<Evaluation> measured(int number) {
    return workspace.historyProperty().get().step(number).flatMap(HistoryStep::measured).filter(Evaluation::isComplete);
  }

  /** Stops what runs; what was timed stays. */
  public void stop() {
    job.stop();
  }

  /** Times the steps of {@code numbers} that can be timed, one after the other, under all loads. */
  public void time(List<Integer> numbers) {
    workspace.workbenchProperty().get().ifPresent(workbench -> time(workbench, numbers));
  }

  private void time(Workbench workbench, List<Integer> numbers) {
    List<HistoryStep> steps =
        numbers.stream().filter(this::canTime).map(number -> workspace.historyProperty().get().step(number).orElseThrow()).toList();
    if (!steps.isEmpty()) {
      Engine engine = workspace.engine();
      job.start(
          Messages.get("job.speed", steps.size()),
          () -> time(numbers),
          () -> {},
          running -> run(engine, workbench, steps, running),
          this::tell);
    }
  }

  /** Steps under loads that they cannot run. */
  private List<HistoryStep> run(Engine engine, Workbench workbench, List<HistoryStep> steps, Job running) {
    List<HistoryStep> alone = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      HistoryStep step = steps.get(i);
      running.report(i, steps.size());
      List<DeploymentTiming> timings = engine.time(workbench, step.config(), loads, BUDGET, running.silent());
      if (timings.size() < loads.size()) {
        alone.add(step);
      }
      job.update(running, () -> workspace.timed(step.config(), timings));
    }
    return alone;
  }

  private void tell(List<HistoryStep> alone) {
    if (!alone.isEmpty()) {
      String steps = alone.stream().map(step -> Integer.toString(step.number())).collect(Collectors.joining(", "));
      workspace.show(Notice.information(Messages.get("notice.oneByOne", steps), List.of()));
    }
  }
}
