package io.bitloupe.ui.layers;

import io.bitloupe.ui.prefs.Preferences;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which columns the layer table shows: those that the user chose, which are remembered, with others added for a while, and without
 * some where there is no room.
 */
final class ShownColumns {
  private static final String KEY = "layers.columns";
  private static final Set<LayerColumn> TOO_MUCH_FOR_NARROW = Set.of(LayerColumn.OPERATOR, LayerColumn.GRANULARITY);
  private static final LayerColumn MAKES_ROOM = LayerColumn.WEIGHT_SQNR;

  private final Preferences preferences;
  private final Set<LayerColumn> chosen = EnumSet.of(LayerColumn.NAME);
  private final Set<LayerColumn> added = EnumSet.noneOf(LayerColumn.class);
  private final Set<LayerColumn> leftOut = EnumSet.noneOf(LayerColumn.class);
  private boolean compact;

  /** The columns of last time. */
  ShownColumns(Preferences preferences) {
    this.preferences = preferences;
    Optional<List<String>> saved = preferences.get(KEY).map(names -> List.of(names.split(",")));
    for (LayerColumn column : LayerColumn.values()) {
      if (saved.map(names -> names.contains(column.name())).orElse(column.isInitial())) {
        chosen.add(column);
      }
    }
  }

  /** Whether {@code column} is shown now. */
  boolean contains(LayerColumn column) {
    return (chosen.contains(column) || added.contains(column)) && !leftOut.contains(column);
  }

  /** The user shows or hides {@code column}. */
  void choose(LayerColumn column, boolean shown) {
    added.remove(column);
    leftOut.remove(column);
    if (shown) {
      chosen.add(column);
    } else {
      chosen.remove(column);
    }
    preferences.put(KEY, new TreeSet<>(chosen).stream().map(LayerColumn::name).collect(Collectors.joining(",")));
  }

  /** Shows {@code column} although nobody chose it. */
  void add(LayerColumn column) {
    added.add(column);
    leaveOut();
  }

  /** Forgets what was shown although nobody chose it. */
  void forgetAdded() {
    added.clear();
    leaveOut();
  }

  /** Leaves out, or no longer, what a narrow pane has no room for. */
  void setCompact(boolean narrow) {
    compact = narrow;
    leaveOut();
  }

  private void leaveOut() {
    leftOut.clear();
    if (compact) {
      leftOut.addAll(TOO_MUCH_FOR_NARROW);
    }
    if (!added.isEmpty()) {
      leftOut.add(MAKES_ROOM);
    }
  }
}
