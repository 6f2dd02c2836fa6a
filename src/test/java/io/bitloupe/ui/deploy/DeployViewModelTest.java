package io.bitloupe.ui.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentProfile;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.lint.DeploymentCheck;
import io.bitloupe.lint.LintReport;
import io.bitloupe.lint.NodeVerdict;
import io.bitloupe.lint.Target;
import io.bitloupe.ui.workspace.Activity;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.SpeedTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DeployViewModelTest {
  private final Opened opened = Opened.withData(false);
  private final List<QuantConfig> checked = new ArrayList<>();
  private final List<Target> judged = new ArrayList<>();
  private List<VerificationResult.Step> steps = List.of(new VerificationResult.Step("conv", "Conv", 0, 0, 0));
  private final DeployViewModel deploy = new DeployViewModel(opened.workspace, this::check, new SpeedTimer(opened.workspace));

  private Checking.Checked check(Workbench workbench, QuantConfig config, Target target, Progress progress) {
    checked.add(config);
    VerificationResult verification =
        new VerificationResult(
            200, steps, 0, Optional.empty(), 1, 1, OptionalDouble.empty(), OptionalDouble.empty(), List.of("conv"), List.of(), List.of(),
            List.of());
    DeploymentProfile.NodeTime integer = new DeploymentProfile.NodeTime("conv", "QLinearConv", DeploymentProfile.Kind.INTEGER, 1);
    DeploymentProfile.NodeTime inFloat = new DeploymentProfile.NodeTime("conv", "Conv", DeploymentProfile.Kind.FLOAT, 3);
    DeploymentProfile profile = new DeploymentProfile(1, 20, List.of(integer), List.of(inFloat));
    return new Checking.Checked(
        new DeploymentCheck(lint(target), verification, profile, 12_345),
        (other, _) -> {
          judged.add(other);
          return lint(other);
        });
  }

  private static LintReport lint(Target target) {
    return new LintReport(target, List.of(new LintReport.Finding("conv", "Conv", NodeVerdict.Outcome.INTEGER, List.of())), Map.of());
  }

  @Test
  void aCheckHasTheProcessorsToItself() {
    assertThat(opened.workspace.runningStepProperty().get()).isEqualTo(1);
    opened.tasks.hold();
    deploy.toggle();
    assertThat(opened.engine.last().job().isCancelled()).as("or times are disturbed").isTrue();
    assertThat(opened.workspace.activityProperty().get()).get().extracting(Activity::name).isEqualTo("Checking the export");
    assertThat(deploy.emptySentence()).isEqualTo("Exporting, running and comparing…");
    opened.tasks.release();
    assertThat(deploy.verifySummary()).startsWith("On 200 samples").contains("the same codes");
    assertThat(deploy.timeSummary()).contains("medians of 20 runs").doesNotContain("as fast");
    assertThat(deploy.rows()).hasSize(1);
    assertThat(deploy.fileSummary()).isEmpty();
    assertThat(deploy.waterfall()).extracting(DeployViewModel.Bar::share).containsExactly("100.0 %", "0.0 %", "0.0 %", "100.0 %");
    assertThat(deploy.waterfall()).extracting(DeployViewModel.Bar::time).containsExactly("1.00 ms", "0.00 ms", "0.00 ms", "1.00 ms");
    opened.tasks.advance();
    assertThat(opened.workspace.runningStepProperty().get()).as("the step is measured on").isEqualTo(1);
  }

  @Test
  void theCurrentConfigurationIsTimed() {
    assertThat(deploy.canTime()).isFalse();
    opened.engine.last().complete();
    assertThat(deploy.speedsProperty().get()).extracting(SpeedRow::load).containsExactly("1 sample, 1 thread");
    deploy.toggleTiming();
    List<SpeedRow> rows = deploy.speedsProperty().get();
    assertThat(rows).hasSize(DeploymentLoad.usual(Runtime.getRuntime().availableProcessors()).size());
    assertThat(rows.getFirst()).isEqualTo(
        new SpeedRow("1 sample, 1 thread", "2.00 ms (1.80 to 2.40)", "5.00 ms (4.50 to 6.00)", "40.0 %, 2.50× as fast, 40 runs"));
  }

  @Test
  void anotherTargetIsJudgedWithoutRunningAgain() {
    deploy.toggle();
    deploy.setTarget(Target.TENSORRT);
    assertThat(deploy.lintSummary()).startsWith(Target.TENSORRT.title());
    assertThat(judged).containsExactly(Target.TENSORRT);
    assertThat(checked).hasSize(1);
  }

  @Test
  void aTargetChosenWhileTheCheckRunsCounts() {
    opened.tasks.hold();
    deploy.toggle();
    deploy.setTarget(Target.NPU_8BIT);
    opened.tasks.release();
    assertThat(deploy.lintSummary()).startsWith(Target.NPU_8BIT.title());
    assertThat(checked).hasSize(1);
  }

  @Test
  void whatWasFoundIsTrueOfItsConfigurationOnly() {
    deploy.toggle();
    opened.tasks.advance();
    opened.engine.last().estimate(64);
    assertThat(deploy.checkProperty().get()).as("figures of the same step").isPresent();
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.modelProperty().get().orElseThrow().layers(), 4));
    assertThat(deploy.checkProperty().get()).isEmpty();
    opened.tasks.hold();
    deploy.toggle();
    opened.workspace.undo();
    assertThat(deploy.runningProperty().get()).isFalse();
    opened.tasks.release();
    assertThat(deploy.checkProperty().get()).isEmpty();
  }

  @Test
  void whereNothingWasComparedNoCodesAreTheSame() {
    steps = List.of();
    deploy.toggle();
    assertThat(deploy.verifySummary()).contains("no codes were compared").doesNotContain("the same codes");
  }
}
