package io.bitloupe.ui.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.engine.Job;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.task.LatestValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongJobTest {
  private final Opened opened = Opened.withData(false);
  private final Workspace workspace = opened.workspace;
  private final LongJob longJob = new LongJob(workspace);
  private final List<String> heard = new ArrayList<>();

  private void start(LongJob job, String name) {
    job.start(name, () -> start(job, name), () -> heard.add("begin " + name), _ -> name, done -> heard.add("done " + done));
  }

  private void assertMeasuredOn() {
    assertThat(longJob.runningProperty().get()).isFalse();
    int before = opened.engine.runs().size();
    opened.tasks.advance();
    assertThat(opened.engine.runs()).as("the step that it took the place of is measured").hasSize(before + 1);
  }

  @Test
  void itTakesThePlaceOfTheMeasurementAndGivesItBack() {
    opened.tasks.hold();
    start(longJob, "search");
    assertThat(opened.engine.last().job().isCancelled()).isTrue();
    assertThat(workspace.runningStepProperty().get()).isZero();
    assertThat(longJob.runningProperty().get()).isTrue();
    assertThat(workspace.activityProperty().get()).get().extracting(Activity::kind, Activity::name)
        .containsExactly(Activity.Kind.EXPLORING, "search");
    opened.tasks.release();
    assertThat(heard).containsExactly("begin search", "done search");
    assertThat(workspace.activityProperty().get()).isEmpty();
    assertMeasuredOn();
  }

  @Test
  void cancelledFromTheStatusBarItGivesThePlaceBackToo() {
    opened.tasks.hold();
    start(longJob, "search");
    workspace.cancelActivity();
    assertMeasuredOn();
    opened.tasks.release();
    assertThat(heard).as("nothing more is heard of it").containsExactly("begin search");
  }

  @Test
  void stoppedItGivesThePlaceBackToo() {
    opened.tasks.hold();
    start(longJob, "search");
    longJob.stop();
    assertThat(workspace.activityProperty().get()).isEmpty();
    assertMeasuredOn();
  }

  @Test
  void failedItGivesThePlaceBackToo() {
    longJob.start(
        "search",
        () -> {},
        () -> {},
        _ -> {
          throw new InvalidInputException("No choice is that good.");
        },
        _ -> heard.add("done"));
    assertThat(workspace.noticeProperty().get().orElseThrow().sentence()).isEqualTo("No choice is that good.");
    assertThat(heard).isEmpty();
    assertMeasuredOn();
  }

  @Test
  void whatACancelledJobStillSaysIsNotHeard() {
    List<Job> jobs = new ArrayList<>();
    opened.tasks.hold();
    longJob.start("search", () -> {}, () -> {}, job -> jobs.add(job), _ -> {});
    opened.tasks.release();
    LatestValue<String> updates = longJob.updates(jobs.getFirst(), heard::add);
    updates.set("in time");
    longJob.update(jobs.getFirst(), () -> heard.add("as well"));
    jobs.getFirst().cancel();
    updates.set("late");
    longJob.update(jobs.getFirst(), () -> heard.add("too late"));
    assertThat(heard).containsExactly("in time", "as well");
  }

  @Test
  void aSecondOneAsksBeforeItStopsTheFirst() {
    LongJob other = new LongJob(workspace);
    opened.tasks.hold();
    start(longJob, "search");
    start(other, "trial");
    assertThat(other.runningProperty().get()).isFalse();
    assertThat(longJob.runningProperty().get()).as("the first is not lost by a slip").isTrue();
    Notice asked = workspace.noticeProperty().get().orElseThrow();
    assertThat(asked.sentence()).startsWith("search");
    asked.action().orElseThrow().perform().run();
    assertThat(longJob.runningProperty().get()).isFalse();
    assertThat(workspace.activityProperty().get()).get().extracting(Activity::name).isEqualTo("trial");
    opened.tasks.release();
    assertThat(heard).containsExactly("begin search", "begin trial", "done trial");
  }

  @Test
  void aChangeMeanwhileIsMeasuredAndTheJobIsShownAgainAfterwards() {
    opened.tasks.hold();
    start(longJob, "search");
    workspace.apply(opened.edits.weightBits(workspace.modelProperty().get().orElseThrow().layers(), 4));
    opened.tasks.advance();
    assertThat(workspace.activityProperty().get()).get().extracting(Activity::kind).isEqualTo(Activity.Kind.EVALUATING);
    opened.engine.last().complete();
    assertThat(workspace.activityProperty().get()).get().extracting(Activity::name).isEqualTo("search");
  }

  @Test
  void theWindowClosesInPeace() {
    opened.tasks.hold();
    start(longJob, "search");
    workspace.close();
    opened.tasks.release();
    assertThat(heard).containsExactly("begin search");
  }
}
