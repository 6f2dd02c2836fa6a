package io.bitloupe.ui.distribution;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Workbench;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.calibrate.ErrorSplit;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.Debounce;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.workspace.Workspace;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Has the exact figures of an activation computed, whose picture was made from a histogram. The float model runs once more for them,
 * so they wait until nothing is measured, and give way when something is.
 */
final class ExactFigures {
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Workspace workspace;
  private final LatestTask task;
  private final Debounce pause;
  private final BiConsumer<TensorPicture, ClipFigures> onExact;
  private Optional<TensorPicture> wanted = Optional.empty();

  /** Tells {@code onExact} what was found. */
  ExactFigures(Workspace workspace, BiConsumer<TensorPicture, ClipFigures> onExact) {
    this.workspace = workspace;
    this.onExact = onExact;
    task = new LatestTask(workspace.tasks());
    pause = new Debounce(workspace.tasks(), PAUSE);
    workspace.runningStepProperty().subscribe(_ -> startOrWait());
    workspace.activityProperty().subscribe(_ -> startOrWait());
  }

  /** Wants the figures of {@code picture}, and those of no other any more. */
  void want(Optional<TensorPicture> picture) {
    wanted = picture.filter(ExactFigures::isEstimate);
    startOrWait();
  }

  /** Whether {@code shown} is an activation with one known scale, its figures from the histogram. */
  private static boolean isEstimate(TensorPicture shown) {
    boolean fixed = shown.quantized().map(TensorChoice.Quantized::range).filter(it -> !(it instanceof RangeMethod.Dynamic)).isPresent();
    return fixed && shown.subject().side() != TensorSide.WEIGHTS && shown.figures().filter(it -> it.affine().size() == 1).isPresent();
  }

  private void startOrWait() {
    task.cancel();
    pause.cancel();
    boolean idle = workspace.runningStepProperty().get() == 0 && workspace.activityProperty().get().isEmpty();
    if (wanted.isPresent() && idle) {
      pause.request(this::start);
    }
  }

  private void start() {
    Optional<Workbench> bench = workspace.workbenchProperty().get();
    if (wanted.isEmpty() || bench.isEmpty()) {
      return;
    }
    TensorPicture picture = wanted.get();
    ClipFigures estimate = picture.figures().orElseThrow();
    TensorChoice.Quantized choice = picture.quantized().orElseThrow();
    task.run(
        Messages.get("job.exactError"),
        job ->
            workspace
                .engine()
                .activationError(bench.get(), picture.subject().tensor(), estimate.affine().getFirst(), choice.format(), job),
        (ErrorSplit split) -> {
          wanted = Optional.empty();
          onExact.accept(picture, estimate.with(split));
        },
        failure -> {
          wanted = Optional.empty();
          workspace.report(failure, Optional.empty());
        });
  }
}
