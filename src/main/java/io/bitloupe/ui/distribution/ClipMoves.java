package io.bitloupe.ui.distribution;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.Debounce;
import io.bitloupe.ui.task.Tasks;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;

/** The clip on its way by mouse, keys or typing: figures follow it, and where it is let go it becomes the tensor's explicit range. */
public final class ClipMoves {
  private static final Duration AFTER_KEY = Duration.ofMillis(400);

  private final ReadOnlyObjectProperty<Optional<TensorPicture>> picture;
  private final ObjectProperty<Optional<ClipFigures>> figures;
  private final TensorEdits edits;
  private final Debounce keys;
  private boolean dragging;

  /**
   * Moves the clip of {@code picture}.
   *
   * @param figures follow the clip
   * @param edits store it
   */
  ClipMoves(
      Tasks tasks,
      ReadOnlyObjectProperty<Optional<TensorPicture>> picture,
      ObjectProperty<Optional<ClipFigures>> figures,
      TensorEdits edits) {
    this.picture = picture;
    this.figures = figures;
    this.edits = edits;
    keys = new Debounce(tasks, AFTER_KEY);
  }

  /** Whether the clip is being moved. */
  public boolean isDragging() {
    return dragging;
  }

  /** Moves the clip; nothing is stored yet. {@code range} is made legal: it holds 0, and symmetric formats mirror it. */
  public void move(Range range) {
    TensorPicture shown = picture.get().filter(TensorPicture::isMovable).orElse(null);
    if (shown == null) {
      return;
    }
    dragging = true;
    TensorChoice.Quantized choice = shown.quantized().orElseThrow();
    Range legal = choice.format().scheme() == Scheme.SYMMETRIC ? range.symmetric() : range;
    if (legal.max() > legal.min()) {
      figures.set(Optional.of(ClipFigures.of(shown.statistics(), shown.counts(), legal, choice.format())));
    }
  }

  /** Makes the clip where it stands the tensor's explicit range: a step of the history. */
  public void commit() {
    keys.cancel();
    if (!dragging) {
      return;
    }
    dragging = false;
    Range range = figures.get().orElseThrow().range();
    edits.setClip(new RangeMethod.Explicit(range.min(), range.max()));
  }

  /** Leaves the clip where the configuration has it. */
  public void cancel() {
    if (dragging) {
      forget();
      figures.set(picture.get().flatMap(TensorPicture::figures));
    }
  }

  /** Forgets that the clip was being moved, because other values are shown. */
  void forget() {
    dragging = false;
    keys.cancel();
  }

  /** Moves the clip by a key; it is stored when the keys pause. */
  public void nudge(Range range) {
    move(range);
    if (dragging) {
      keys.request(this::commit);
    }
  }

  /**
   * Makes a typed number one end of the clip. Symmetric formats mirror it; otherwise the range has to hold 0, which always has a code.
   *
   * @param typed the number; empty where what was typed is none
   * @return why it cannot be, in one sentence; empty when it was done
   */
  public Optional<String> type(OptionalDouble typed, boolean isUpper) {
    Optional<Range> now = figures.get().map(ClipFigures::range);
    Optional<TensorChoice.Quantized> choice = picture.get().flatMap(TensorPicture::quantized);
    if (typed.isEmpty() || now.isEmpty() || choice.isEmpty()) {
      return Optional.of(Messages.get("distribution.clipNoNumber"));
    }
    float value = (float) typed.getAsDouble();
    boolean mirrored = choice.get().format().scheme() == Scheme.SYMMETRIC;
    if (mirrored ? value == 0 : isUpper ? value < 0 : value > 0) {
      return Optional.of(Messages.get(mirrored ? "distribution.clipZero" : isUpper ? "distribution.clipBelow" : "distribution.clipAbove"));
    }
    float bound = Math.abs(value);
    Range range =
        mirrored ? new Range(-bound, bound) : isUpper ? new Range(now.get().min(), value) : new Range(value, now.get().max());
    if (!(range.max() > range.min())) {
      return Optional.of(Messages.get("distribution.clipZero"));
    }
    move(range);
    commit();
    return Optional.empty();
  }
}
