package io.bitloupe.ui.shell;

import io.bitloupe.cost.Cost;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Latency;
import io.bitloupe.engine.WithoutData;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** The four headline numbers of the current configuration. */
public final class HeadlineViewModel {
  /**
   * A number with what belongs to it.
   *
   * @param label what it is
   * @param shortLabel what it is where there is no room for the details
   * @param value the number, {@link Figures#UNKNOWN} until it is measured, or {@link Figures#NONE} without data
   * @param detail interval or comparison
   */
  public record Headline(String label, String shortLabel, String value, String detail) {
    /** All of it, or why there is no number. */
    public String tip() {
      return value.equals(Figures.NONE)
          ? Messages.get("headline.needsData", label)
          : Messages.get("headline.tip", label, value, detail).strip();
    }
  }

  /**
   * The four numbers.
   *
   * @param accuracy top-1, or agreement with the float model
   * @param difference paired difference to the float model, or the output's signal-to-noise ratio
   * @param size bytes of the weights
   * @param latency milliseconds for one sample of the exported file
   */
  public record Headlines(Headline accuracy, Headline difference, Headline size, Headline latency) {}

  private final Workspace workspace;
  private final ReadOnlyObjectWrapper<Headlines> headlines;

  /** Follows {@code workspace}. */
  public HeadlineViewModel(Workspace workspace) {
    this.workspace = workspace;
    headlines = new ReadOnlyObjectWrapper<>(make());
    workspace.historyProperty().subscribe(_ -> headlines.set(make()));
    workspace.dataPathProperty().subscribe(_ -> headlines.set(make()));
    workspace.beforeDataProperty().subscribe(_ -> headlines.set(make()));
  }

  /** The numbers. */
  public ReadOnlyObjectProperty<Headlines> headlinesProperty() {
    return headlines.getReadOnlyProperty();
  }

  private Headlines make() {
    Optional<Evaluation> evaluation = workspace.evaluation().filter(it -> it.quality().samples() > 0);
    return new Headlines(
        evaluation.map(HeadlineViewModel::accuracy).orElseGet(() -> unknown("headline.top1", "headline.top1")),
        evaluation.map(HeadlineViewModel::difference).orElseGet(() -> unknown("headline.difference", "headline.difference.short")),
        evaluation
            .map(Evaluation::cost)
            .or(() -> workspace.beforeDataProperty().get().map(WithoutData.Report::cost))
            .map(HeadlineViewModel::size)
            .orElseGet(() -> unknown("headline.size", "headline.size")),
        evaluation.map(it -> latency(it.latency())).orElseGet(() -> unknown("headline.latency", "headline.latency.short")));
  }

  private Headline unknown(String key, String shortKey) {
    String value = workspace.dataPathProperty().get().isPresent() ? Figures.UNKNOWN : Figures.NONE;
    return new Headline(Messages.get(key), Messages.get(shortKey), value, "");
  }

  private static Headline accuracy(Evaluation it) {
    Quality quality = it.quality();
    String name = Messages.get(quality.accuracy().isPresent() ? "headline.top1" : "headline.agreement");
    String samples =
        it.isComplete()
            ? Messages.get("headline.samples", Figures.count(quality.samples()))
            : Messages.get("headline.samplesOf", Figures.count(quality.samples()), Figures.count(it.totalSamples()));
    Interval interval = quality.headlineInterval();
    String label = Messages.get("headline.accuracy", name, samples);
    return new Headline(
        label,
        label,
        Figures.percent(quality.headline(), 1),
        Messages.get("headline.interval", Figures.fixed(100 * interval.low(), 1), Figures.fixed(100 * interval.high(), 1)));
  }

  private static Headline difference(Evaluation it) {
    Quality quality = it.quality();
    if (quality.accuracy().isEmpty()) {
      return new Headline(
          Messages.get("headline.outputSqnr"),
          Messages.get("headline.outputSqnr"),
          Messages.get("figure.decibels", Figures.fixed(quality.outputSqnrDb(), 1)),
          Messages.get("headline.cosine", Figures.fixed(quality.outputCosine(), 4)));
    }
    Quality.Accuracy accuracy = quality.accuracy().get();
    double difference = (double) (accuracy.correct() - accuracy.correctFloat()) / quality.samples();
    return new Headline(
        Messages.get("headline.difference"),
        Messages.get("headline.difference.short"),
        Messages.get("figure.points", Figures.points(difference)),
        Messages.get("range.span", Figures.points(accuracy.deltaInterval().low()), Figures.points(accuracy.deltaInterval().high())));
  }

  private static Headline size(Cost cost) {
    long bytes = cost.weightBytes();
    return new Headline(
        Messages.get("headline.size"),
        Messages.get("headline.size"),
        Figures.bytes(bytes),
        Messages.get("headline.smaller", Figures.percent(cost.weightShare() - 1, 0)));
  }

  private Headline latency(Latency latency) {
    Optional<DeploymentTiming> deployed = latency.deployed(DeploymentLoad.SINGLE);
    if (deployed.isEmpty()) {
      return unknown("headline.latency", "headline.latency.short");
    }
    DeploymentTiming timing = deployed.get();
    return new Headline(
        Messages.get("headline.latency"),
        Messages.get("headline.latency.short"),
        Figures.milliseconds(timing.qdq().median()),
        Messages.get("headline.ofFloat", Figures.percent(timing.percentOfFloat().median() / 100, 1)));
  }
}
