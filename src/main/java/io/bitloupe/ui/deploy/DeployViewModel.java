package io.bitloupe.ui.deploy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Prepared;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.lint.DeploymentCheck;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.NodeVerdict;
import io.bitloupe.lint.PairSaturation;
import io.bitloupe.lint.Target;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;

/** Checks the current configuration where it is deployed: one press exports, runs in ONNX Runtime, compares and profiles. */
public final class DeployViewModel {
  /** Samples that a check compares on: enough to meet every code path, few enough to wait for. */
  private static final int SAMPLES = 200;

  /**
   * A bar of the waterfall.
   *
   * @param label what it is
   * @param from where it begins, in milliseconds
   * @param to where it ends
   * @param text time for people
   * @param style style class of its colour
   */
  public record Bar(String label, double from, double to, String text, String style) {}

  private final Workspace workspace;
  private final LatestTask task;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final ReadOnlyObjectWrapper<Target> target = new ReadOnlyObjectWrapper<>(Target.ORT_VNNI);
  private final ReadOnlyObjectWrapper<Optional<DeploymentCheck>> check = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper(false);
  private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper(0);
  private Optional<QuantConfig> checked = Optional.empty();

  /** Follows {@code workspace}. */
  public DeployViewModel(Workspace workspace) {
    this.workspace = workspace;
    task = new LatestTask(workspace.tasks());
    workspace.workbenchProperty().subscribe(_ -> forget());
    workspace.historyProperty().subscribe(_ -> forgetOthers());
  }

  /** Whether the view can be seen. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Where the model is to run. */
  public ReadOnlyObjectProperty<Target> targetProperty() {
    return target.getReadOnlyProperty();
  }

  /** What was found; empty before the first check and after a change. */
  public ReadOnlyObjectProperty<Optional<DeploymentCheck>> checkProperty() {
    return check.getReadOnlyProperty();
  }

  /** Whether a check runs. */
  public ReadOnlyBooleanProperty runningProperty() {
    return running.getReadOnlyProperty();
  }

  /** How far the check is, 0 to 1. */
  public ReadOnlyDoubleProperty progressProperty() {
    return progress.getReadOnlyProperty();
  }

  /** Chooses where the model is to run, and checks again where that was checked for another target. */
  public void setTarget(Target chosen) {
    if (chosen != target.get()) {
      target.set(chosen);
      if (check.get().isPresent()) {
        run();
      }
    }
  }

  /** Starts the check, or stops the one that runs. */
  public void toggle() {
    if (running.get()) {
      stop();
    } else {
      run();
    }
  }

  private void stop() {
    task.cancel();
    running.set(false);
  }

  private void run() {
    Optional<Workbench> bench = workspace.workbenchProperty().get();
    if (bench.isEmpty()) {
      return;
    }
    QuantConfig config = workspace.config();
    Target on = target.get();
    running.set(true);
    progress.set(0);
    task.run(
        Messages.get("job.deploy"),
        job -> check(bench.get(), config, on, reporting(job::isCancelled)),
        found -> {
          if (!config.equals(workspace.config())) {
            run();
            return;
          }
          checked = Optional.of(config);
          check.set(Optional.of(found));
          running.set(false);
        },
        failure -> {
          running.set(false);
          workspace.report(failure, Optional.empty());
        });
  }

  private Progress reporting(BooleanSupplier cancelled) {
    return new Progress() {
      @Override
      public void report(long done, long total) {
        workspace.tasks().onFx(() -> progress.set(total == 0 ? 0 : (double) done / total));
      }

      @Override
      public boolean isCancelled() {
        return cancelled.getAsBoolean();
      }
    };
  }

  private static DeploymentCheck check(Workbench bench, QuantConfig config, Target on, Progress progress) {
    Prepared prepared = LocalEngine.besideWindow().prepare(bench, config, progress);
    Workbench transformed = prepared.workbench();
    return DeploymentCheck.run(
        Lowering.lower(transformed.model(), prepared.resolve(config)), transformed.data().report(), on, SAMPLES, progress);
  }

  private void forget() {
    stop();
    checked = Optional.empty();
    check.set(Optional.empty());
  }

  /** What was found is true of the configuration that was checked only. */
  private void forgetOthers() {
    if (check.get().isPresent() && !checked.equals(Optional.of(workspace.config()))) {
      forget();
    }
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public String emptySentence() {
    if (workspace.workbenchProperty().get().isEmpty()) {
      return Messages.get("deploy.noData");
    }
    return Messages.get(running.get() ? "deploy.running" : "deploy.invitation");
  }

  /** The operators. */
  public List<DeployRow> rows() {
    return check.get().map(DeployRow::of).orElse(List.of());
  }

  /** What the target makes of it, in one line. */
  public String lintSummary() {
    return check
        .get()
        .map(
            it -> {
              long integer = it.lint().count(NodeVerdict.Outcome.INTEGER);
              String judged = Messages.get("deploy.lint", it.lint().target().title(), integer, it.lint().findings().size());
              return (judged + " " + saturation(it.lint())).strip();
            })
        .orElse("");
  }

  /** What the 16-bit sums of a processor without VNNI do to the products, in one sentence; empty for other targets. */
  private static String saturation(LintReport lint) {
    if (lint.saturation().isEmpty()) {
      return "";
    }
    PairSaturation.Count worst =
        lint.saturation().values().stream().max(Comparator.comparingDouble(PairSaturation.Count::share)).orElseThrow();
    long affected = lint.saturation().values().stream().filter(count -> count.saturated() > 0).count();
    return affected == 0
        ? Messages.get("deploy.noSaturation")
        : Messages.get("deploy.saturation", affected, lint.saturation().size(), Figures.percent(worst.share(), 2));
  }

  /** How our integers compare with ONNX Runtime's, in one line. */
  public String verifySummary() {
    return check.get().map(it -> verified(it.verification())).orElse("");
  }

  private static String verified(VerificationResult result) {
    int step = result.stepMaxLsb().orElse(0);
    String apart = step == 0 ? Messages.get("deploy.same") : Messages.get("deploy.apart", step);
    String end = result.endToEndMaxLsb() == 0 ? Messages.get("deploy.same") : Messages.get("deploy.apart", result.endToEndMaxLsb());
    String line = Messages.get("deploy.verify", result.samples(), apart, end, Figures.percent(result.agreement(), 2));
    String first = result.firstDifference().map(name -> Messages.get("deploy.first", name)).orElse("");
    return (line + " " + first + " " + String.join(" ", result.causes()) + " " + String.join(" ", result.notes())).strip();
  }

  /** Where the time goes: the float model, then what the exported file spends, part after part, then its sum. */
  public List<Bar> waterfall() {
    return check.get().map(it -> bars(it.profile())).orElse(List.of());
  }

  private static List<Bar> bars(DeploymentProfile profile) {
    double integer = profile.milliseconds(DeploymentProfile.Kind.INTEGER);
    double inFloat = profile.milliseconds(DeploymentProfile.Kind.FLOAT);
    double border = profile.milliseconds(DeploymentProfile.Kind.BORDER);
    double whole = profile.quantizedMilliseconds();
    return List.of(
        bar("float", 0, profile.floatMilliseconds(), "float-time"),
        bar("integers", 0, integer, "integer-time"),
        bar("inFloat", integer, integer + inFloat, "left-time"),
        bar("borders", integer + inFloat, integer + inFloat + border, "border-time"),
        bar("whole", 0, whole, "integer-time"));
  }

  private static Bar bar(String key, double from, double to, String style) {
    return new Bar(Messages.get("deploy.time." + key), from, to, Figures.milliseconds(to - from), style);
  }

  /** Why it is, or is not, faster, in one line. */
  public String timeSummary() {
    return check
        .get()
        .map(DeploymentCheck::profile)
        .map(
            it -> {
              double ratio = it.floatMilliseconds() / Math.max(Double.MIN_NORMAL, it.quantizedMilliseconds());
              String slowest =
                  it.quantized().stream().filter(node -> node.kind() != DeploymentProfile.Kind.INTEGER).findFirst()
                      .map(node -> Messages.get("deploy.slowest", node.op(), node.name(), Figures.milliseconds(node.milliseconds())))
                      .orElse("");
              return (Messages.get("deploy.speed", Figures.fixed(ratio, 2), it.runs()) + " " + slowest).strip();
            })
        .orElse("");
  }
}
