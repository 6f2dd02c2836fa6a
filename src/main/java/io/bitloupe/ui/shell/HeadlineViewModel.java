package io.bitloupe.ui.shell;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Latency;
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
   * @param value the number, or {@link Figures#UNKNOWN}
   * @param detail interval or comparison
   */
  public record Headline(String label, String shortLabel, String value, String detail) {}

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
        evaluation.map(HeadlineViewModel::size).orElseGet(() -> unknown("headline.size", "headline.size")),
        evaluation.map(it -> latency(it.latency())).orElseGet(() -> unknown("headline.latency", "headline.latency.short")));
  }

  private static Headline unknown(String key, String shortKey) {
    return new Headline(Messages.get(key), Messages.get(shortKey), Figures.UNKNOWN, "");
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

  private static Headline size(Evaluation it) {
    long bytes = it.cost().weightBytes();
    return new Headline(
        Messages.get("headline.size"),
        Messages.get("headline.size"),
        Figures.bytes(bytes),
        Messages.get("headline.smaller", Figures.percent(it.cost().weightShare() - 1, 0)));
  }

  private static Headline latency(Latency latency) {
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
