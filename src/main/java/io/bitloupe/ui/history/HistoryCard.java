package io.bitloupe.ui.history;

import io.bitloupe.metric.Interval;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A step as a card.
 *
 * @param number of the step
 * @param branch the step that it was made from, where that is not the one before
 * @param time time of day, or the word for running
 * @param title what changed
 * @param value top-1 or agreement; empty until measured
 * @param interval 95 % interval of {@code value}
 * @param reference the float model's value on the same samples
 * @param bytes size of the weights
 * @param milliseconds deployed latency
 * @param current whether it is the current step
 * @param running whether it is being measured
 * @param share share of the samples that were measured, 0 to 1
 */
public record HistoryCard(
    int number,
    Optional<Integer> branch,
    String time,
    String title,
    OptionalDouble value,
    Optional<Interval> interval,
    OptionalDouble reference,
    OptionalLong bytes,
    OptionalDouble milliseconds,
    boolean current,
    boolean running,
    double share) {

  /** Value in words: what is not known is on its way or was not measured. */
  String valueText() {
    return value.isPresent() ? Figures.percent(value.getAsDouble(), 1) : running ? Figures.UNKNOWN : Messages.get("history.unmeasured");
  }

  /** Size in words; empty where nothing was measured. */
  String sizeText() {
    return bytes.isPresent() ? Figures.bytes(bytes.getAsLong()) : running ? Figures.UNKNOWN : "";
  }

  /** Its figures on one line, saying what they were measured in. */
  String figuresText() {
    String latency = milliseconds.isPresent() ? Messages.get("history.latency", latencyText()) : latencyText();
    return Messages.get("history.line", valueText(), sizeText(), latency).strip();
  }

  /** Latency in words; empty where nothing was measured. */
  String latencyText() {
    if (milliseconds.isPresent()) {
      return Figures.milliseconds(milliseconds.getAsDouble());
    }
    return running ? Figures.UNKNOWN : value.isPresent() ? Messages.get("history.untimed") : "";
  }
}
