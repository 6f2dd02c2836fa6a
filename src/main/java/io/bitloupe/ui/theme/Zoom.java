package io.bitloupe.ui.theme;

import io.bitloupe.ui.prefs.Preferences;
import java.util.List;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;

/** How large everything in the window is drawn: text, charts and controls alike, for projectors. */
public final class Zoom {
  /** What can be chosen, in percent. */
  public static final List<Integer> CHOICES = List.of(100, 125, 150, 175, 200);

  private static final String KEY = "zoom";
  private static final int NORMAL = 100;

  private final Preferences preferences;
  private final ReadOnlyIntegerWrapper percent = new ReadOnlyIntegerWrapper(NORMAL);

  /** The size of last time. */
  public Zoom(Preferences preferences) {
    this.preferences = preferences;
    CHOICES.stream().filter(it -> preferences.get(KEY).filter(it.toString()::equals).isPresent()).forEach(percent::set);
  }

  /** The size in percent, one of {@link #CHOICES}. */
  public ReadOnlyIntegerProperty percentProperty() {
    return percent.getReadOnlyProperty();
  }

  /** The size as a factor. */
  public double factor() {
    return percent.get() / 100.0;
  }

  /** One choice larger; nothing at the largest. */
  public void larger() {
    CHOICES.stream().filter(it -> it > percent.get()).findFirst().ifPresent(this::set);
  }

  /** One choice smaller; nothing at the smallest. */
  public void smaller() {
    CHOICES.reversed().stream().filter(it -> it < percent.get()).findFirst().ifPresent(this::set);
  }

  /** The normal size. */
  public void reset() {
    set(NORMAL);
  }

  private void set(int chosen) {
    percent.set(chosen);
    preferences.put(KEY, Integer.toString(chosen));
  }
}
