package io.bitloupe.ui.status;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.Tasks;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/** What the status bar says: the engine's state, how much runs in integers, the kernel, memory. */
public final class StatusViewModel {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Workspace workspace;
  private final Supplier<String> kernel;
  private final ReadOnlyStringWrapper state = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper detail = new ReadOnlyStringWrapper("");
  private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper(-1);
  private final ReadOnlyStringWrapper runtime = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper islands = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper islandNames = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper kernelText = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper kernelReason = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper memory = new ReadOnlyStringWrapper("");

  /**
   * Follows {@code workspace}; {@code kernel} names the integer kernel in use and why, or is
   * empty text while none was chosen.
   */
  public StatusViewModel(Workspace workspace, Supplier<String> kernel) {
    this.workspace = workspace;
    this.kernel = kernel;
    workspace.activityProperty().subscribe(_ -> showState());
    workspace.workbenchProperty().subscribe(_ -> showState());
    workspace.modelProperty().subscribe(_ -> showState());
    workspace.historyProperty().subscribe(_ -> showRuntime());
    readMemory(workspace.tasks());
  }

  /** What the engine does. */
  public ReadOnlyStringProperty stateProperty() {
    return state.getReadOnlyProperty();
  }

  /** How far it is. */
  public ReadOnlyStringProperty detailProperty() {
    return detail.getReadOnlyProperty();
  }

  /** Share done, 0 to 1; -1 when unknown. */
  public ReadOnlyDoubleProperty progressProperty() {
    return progress.getReadOnlyProperty();
  }

  /** Who computed the figures, and how much of the network ran in integers. */
  public ReadOnlyStringProperty runtimeProperty() {
    return runtime.getReadOnlyProperty();
  }

  /** How many float islands there are, or the one's name. */
  public ReadOnlyStringProperty islandsProperty() {
    return islands.getReadOnlyProperty();
  }

  /** Their names, one a line. */
  public ReadOnlyStringProperty islandNamesProperty() {
    return islandNames.getReadOnlyProperty();
  }

  /** The integer kernel. */
  public ReadOnlyStringProperty kernelProperty() {
    return kernelText.getReadOnlyProperty();
  }

  /** Why that kernel. */
  public ReadOnlyStringProperty kernelReasonProperty() {
    return kernelReason.getReadOnlyProperty();
  }

  /** Heap in use, and the most that kept activations take outside it. */
  public ReadOnlyStringProperty memoryProperty() {
    return memory.getReadOnlyProperty();
  }

  /** What runs. */
  public ReadOnlyObjectProperty<Optional<Activity>> activityProperty() {
    return workspace.activityProperty();
  }

  /** Cancels what runs. */
  public void cancel() {
    workspace.cancelActivity();
  }

  private void showState() {
    Optional<Activity> activity = workspace.activityProperty().get();
    if (activity.isPresent()) {
      Activity it = activity.get();
      state.set(it.name());
      progress.set(it.share());
      String count = it.total() > 0 ? progress(it) : "";
      boolean remaining = it.secondsLeft().isPresent() && it.done() < it.total();
      detail.set(remaining ? Messages.get("status.left", count, Figures.seconds(it.secondsLeft().getAsDouble())) : count);
      return;
    }
    progress.set(-1);
    detail.set("");
    boolean ready = workspace.workbenchProperty().get().isPresent();
    boolean model = workspace.modelProperty().get().isPresent();
    state.set(Messages.get(ready ? "status.ready" : model ? "status.noData" : "status.noModel"));
  }

  /** How far {@code it} is: samples or bytes of how many; what explores counts things of several kinds, so that a share says more. */
  private static String progress(Activity it) {
    return it.kind() == Activity.Kind.EXPLORING
        ? Figures.percent(it.share(), 0)
        : Messages.get("figure.of", Figures.count(it.done()), Figures.count(it.total()));
  }

  private void showRuntime() {
    Optional<Evaluation> evaluation = workspace.evaluation();
    if (evaluation.isEmpty()) {
      runtime.set("");
      islands.set("");
      islandNames.set("");
      kernelText.set("");
      return;
    }
    Evaluation it = evaluation.get();
    runtime.set(
        Messages.get("status.runtime", Messages.get("runtime." + it.runtime().id()),
            Figures.percent(it.cost().integerMacShare(), integerDecimals(it))));
    List<String> names = it.cost().islands();
    islands.set(
        names.isEmpty()
            ? Messages.get("status.noIslands")
            : names.size() == 1 ? Messages.get("status.island", names.getFirst()) : Messages.get("status.islands", names.size()));
    islandNames.set(String.join("\n", names));
    String reason = kernel.get();
    kernelReason.set(reason);
    int end = reason.indexOf(" (");
    kernelText.set(reason.isEmpty() ? "" : Messages.get("status.kernel", end > 0 ? reason.substring(0, end) : reason));
  }

  private static int integerDecimals(Evaluation it) {
    double share = it.cost().integerMacShare();
    return share >= 1 || share == 0 ? 0 : 1;
  }

  private void readMemory(Tasks tasks) {
    Runtime jvm = Runtime.getRuntime();
    long used = jvm.totalMemory() - jvm.freeMemory();
    memory.set(
        Messages.get(
            "status.memory",
            Figures.fixed(used / 1e9, 1),
            Figures.fixed(jvm.maxMemory() / 1e9, 1),
            Figures.fixed(LocalEngine.defaultActivationBytes() / 1e9, 1)));
    tasks.schedule(PERIOD, () -> readMemory(tasks));
  }
}
