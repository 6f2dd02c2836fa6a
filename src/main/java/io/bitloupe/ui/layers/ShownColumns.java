package io.bitloupe.ui.layers;

import io.bitloupe.ui.prefs.Preferences;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which columns the layer table shows: those that the user chose, which are remembered, with others added for a while, and without
 * some where there is no room.
 */
final class ShownColumns {
  private static final String KEY = "layers.columns";

  /** What is left out where there is no room, this first; the last only for a column that was added. */
  private static final List<LayerColumn> MAKE_ROOM = List.of(LayerColumn.GRANULARITY, LayerColumn.OPERATOR, LayerColumn.WEIGHT_SQNR);

  private final Preferences preferences;
  private final Set<LayerColumn> chosen = EnumSet.of(LayerColumn.NAME);
  private final Set<LayerColumn> added = EnumSet.noneOf(LayerColumn.class);
  private final Set<LayerColumn> leftOut = EnumSet.noneOf(LayerColumn.class);
  private final Set<LayerColumn> insisted = EnumSet.noneOf(LayerColumn.class);
  private double room = Double.POSITIVE_INFINITY;

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
      insisted.add(column);
    } else {
      chosen.remove(column);
      insisted.remove(column);
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

  /** Leaves out what {@code width} pixels have no room for; whether that changes what is shown. */
  boolean setRoom(double width) {
    Set<LayerColumn> before = Set.copyOf(leftOut);
    room = width;
    leaveOut();
    return !before.equals(leftOut);
  }

  /** Columns that the user added beyond the usual ones do not drive these out: there the table scrolls. */
  private void leaveOut() {
    leftOut.clear();
    for (LayerColumn column : MAKE_ROOM) {
      boolean expendable = column != LayerColumn.WEIGHT_SQNR || !added.isEmpty();
      if (expendable && !insisted.contains(column) && usualWidth() > room) {
        leftOut.add(column);
      }
    }
  }

  private double usualWidth() {
    return Stream.of(LayerColumn.values())
        .filter(column -> contains(column) && (column.isInitial() || added.contains(column)))
        .mapToDouble(LayerColumn::width)
        .sum();
  }
}
