package io.bitloupe.ui.shell;

import java.util.Locale;

/** The views in the centre, in the order of their tabs. */
enum CentreTab {
  DISTRIBUTION(Panes.Room.OWN),
  CHANNELS(Panes.Room.WIDE),
  GRAPH(Panes.Room.WIDE),
  SAMPLES(Panes.Room.WIDE),
  ARITHMETIC(Panes.Room.WHOLE),
  COMPARE(Panes.Room.WHOLE),
  SEARCH(Panes.Room.WIDE),
  METHODS(Panes.Room.WHOLE),
  DEPLOY(Panes.Room.WIDE);

  private final Panes.Room room;

  CentreTab(Panes.Room room) {
    this.room = room;
  }

  /** How much room the view wants. */
  Panes.Room room() {
    return room;
  }

  /** Names it in messages, {@code tab.key} and {@code command.key}. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
