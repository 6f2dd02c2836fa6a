package io.bitloupe.ui.deploy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.lint.DeploymentCheck;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.NodeVerdict;
import io.bitloupe.lint.PairSaturation;
import io.bitloupe.lint.Target;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.workspace.LongJob;
import io.bitloupe.ui.workspace.SpeedTimer;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Checks the current configuration where it is deployed: one press exports, runs in ONNX Runtime, compares and profiles. */
public final class DeployViewModel {
  /**
   * A bar of the waterfall.
   *
   * @param label what it is
   * @param from where it begins, in milliseconds
   * @param to where it ends
   * @param share of the whole for people
   * @param time for people, with as many decimals as that of the others
   * @param style style class of its colour
   */
  public record Bar(String label, double from, double to, String share, String time, String style) {}

  private final Workspace workspace;
  private final Checking checking;
  private final LongJob job;
  private final LatestTask linting;
  private final SpeedTimer timer;
  private final ReadOnlyObjectWrapper<List<SpeedRow>> speeds = new ReadOnlyObjectWrapper<>(List.of());
  private final ReadOnlyObjectWrapper<Target> target = new ReadOnlyObjectWrapper<>(Target.ORT_VNNI);
  private final ReadOnlyObjectWrapper<Optional<DeploymentCheck>> check = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<Checking.Linting> known = Optional.empty();
  private QuantConfig asked = QuantConfig.defaults();

  /** Follows {@code workspace}; {@code timer} times its configurations when the user asks. */
  public DeployViewModel(Workspace workspace, Checking checking, SpeedTimer timer) {
    this.workspace = workspace;
    this.timer = timer;
    this.checking = checking;
    job = new LongJob(workspace);
    linting = new LatestTask(workspace.tasks());
    workspace.workbenchProperty().subscribe(_ -> forget());
    workspace.historyProperty().subscribe(_ -> forgetOthers());
    workspace.historyProperty().subscribe(_ -> speeds.set(measuredSpeeds()));
  }

  /** Measured times of the current configuration, one row for each load. */
  public ReadOnlyObjectProperty<List<SpeedRow>> speedsProperty() {
    return speeds.getReadOnlyProperty();
  }

  private List<SpeedRow> measuredSpeeds() {
    return workspace.evaluation().map(it -> it.latency().deployed().stream().map(SpeedRow::of).toList()).orElse(List.of());
  }

  /** Whether configurations are being timed. */
  public ReadOnlyBooleanProperty timingProperty() {
    return timer.runningProperty();
  }

  /** Whether the current configuration can be timed. */
  public boolean canTime() {
    return timer.canTime(workspace.historyProperty().get().current());
  }

  /** Times the current configuration in ONNX Runtime, or stops that. */
  public void toggleTiming() {
    if (timer.runningProperty().get()) {
      timer.stop();
    } else {
      timer.time(List.of(workspace.historyProperty().get().current()));
    }
  }

  /** Changes when a check becomes possible or impossible. */
  public ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return workspace.workbenchProperty();
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
    return job.runningProperty();
  }

  /** Chooses where the model is to run; what was found for another target is judged again. */
  public void setTarget(Target chosen) {
    target.set(chosen);
    judge();
  }

  /** Starts the check, or stops the one that runs. */
  public void toggle() {
    if (job.runningProperty().get()) {
      job.stop();
    } else {
      workspace.workbenchProperty().get().ifPresent(this::run);
    }
  }

  private void run(Workbench workbench) {
    QuantConfig config = workspace.config();
    Target on = target.get();
    job.start(
        Messages.get("job.deploy"),
        () -> workspace.workbenchProperty().get().ifPresent(this::run),
        () -> {
          clear();
          asked = config;
        },
        progress -> checking.check(workbench, config, on, progress),
        found -> {
          known = Optional.of(found.linting());
          check.set(Optional.of(found.check()));
          judge();
        });
  }

  /** Has what is known judged for the target, where that was done for another one. */
  private void judge() {
    linting.cancel();
    Target on = target.get();
    check
        .get()
        .filter(it -> it.lint().target() != on)
        .ifPresent(
            it ->
                linting.run(
                    Messages.get("job.deploy"),
                    progress -> known.orElseThrow().on(on, progress),
                    lint -> check.set(Optional.of(it.with(lint))),
                    failure -> workspace.report(failure, Optional.empty())));
  }

  private void forget() {
    job.stop();
    clear();
  }

  private void clear() {
    linting.cancel();
    known = Optional.empty();
    check.set(Optional.empty());
  }

  /** What was found is true of the configuration that was checked only. */
  private void forgetOthers() {
    if (!asked.equals(workspace.config())) {
      forget();
    }
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public String emptySentence() {
    if (workspace.workbenchProperty().get().isEmpty()) {
      return Messages.get("deploy.noData");
    }
    return Messages.get(job.runningProperty().get() ? "deploy.running" : "deploy.invitation");
  }

  /** The operators. */
  public List<DeployRow> rows() {
    return check.get().map(it -> DeployRow.of(it, workspace.layers()::nameOf)).orElse(List.of());
  }

  /** How large the exported file is, beside the size that is shown elsewhere, in one line. */
  public String fileSummary() {
    return check
        .get()
        .flatMap(
            it ->
                workspace
                    .evaluation()
                    .map(
                        measured ->
                            Messages.get(
                                "deploy.file", Figures.bytes(it.fileBytes()), Figures.bytes(measured.cost().weightBytes()))))
        .orElse("");
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
    String agreement = Figures.count(Math.round(result.agreement() * result.samples()));
    String line =
        result.stepMaxLsb().isEmpty()
            ? Messages.get("deploy.verifyFloat", result.samples(), agreement)
            : Messages.get(
                "deploy.verify",
                result.samples(),
                apart(result.stepMaxLsb().getAsInt()),
                apart(result.endToEndMaxLsb()),
                agreement);
    String first = result.firstDifference().map(name -> Messages.get("deploy.first", name)).orElse("");
    return (line + " " + first + " " + String.join(" ", result.causes()) + " " + String.join(" ", result.notes())).strip();
  }

  private static String apart(int lsb) {
    return lsb == 0 ? Messages.get("deploy.same") : Messages.get("deploy.apart", lsb);
  }

  /** Where the profiled time of the exported file goes, part after part, then its sum. */
  public List<Bar> waterfall() {
    return check.get().map(it -> bars(it.profile())).orElse(List.of());
  }

  private static List<Bar> bars(DeploymentProfile profile) {
    double integer = profile.milliseconds(DeploymentProfile.Kind.INTEGER);
    double inFloat = profile.milliseconds(DeploymentProfile.Kind.FLOAT);
    double border = profile.milliseconds(DeploymentProfile.Kind.BORDER);
    double whole = profile.quantizedMilliseconds();
    return List.of(
        bar("integers", 0, integer, whole, "integer-time"),
        bar("inFloat", integer, integer + inFloat, whole, "left-time"),
        bar("borders", integer + inFloat, integer + inFloat + border, whole, "border-time"),
        bar("whole", 0, whole, whole, "whole-time"));
  }

  private static Bar bar(String key, double from, double to, double whole, String style) {
    String share = Figures.percent((to - from) / Math.max(Double.MIN_NORMAL, whole), 1);
    return new Bar(Messages.get("deploy.time." + key), from, to, share, Figures.milliseconds(to - from, whole), style);
  }

  /** What these times are, and what takes longest besides integers, in one line. */
  public String timeSummary() {
    return check
        .get()
        .map(DeploymentCheck::profile)
        .map(
            it -> {
              String slowest =
                  it.quantized().stream().filter(node -> node.kind() != DeploymentProfile.Kind.INTEGER).findFirst()
                      .map(
                          node ->
                              Messages.get(
                                  "deploy.slowest",
                                  node.op(),
                                  node.name(),
                                  Figures.milliseconds(node.milliseconds(), it.quantizedMilliseconds())))
                      .orElse("");
              return (Messages.get("deploy.profile", it.runs()) + " " + slowest).strip();
            })
        .orElse("");
  }
}
