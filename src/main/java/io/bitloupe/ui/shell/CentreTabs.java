package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.value.ObservableBooleanValue;
import javafx.event.Event;
import javafx.scene.Parent;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.input.MouseEvent;

/**
 * The views in the centre, one tab each. A view is made when its tab first comes to the front, so that the window opens sooner,
 * and computes only while it is there.
 */
final class CentreTabs {
  private static final int MOST_KEYS = 9;

  /** A tab. */
  private record Entry(String key, Tab tab, Supplier<Parent> view, BooleanProperty active, Panes.Room room) {

    void bringToFront() {
      if (tab.getContent() == null) {
        Parent root = view.get();
        // The pane would take the focus from whatever was pressed in it.
        root.addEventHandler(MouseEvent.MOUSE_PRESSED, Event::consume);
        tab.setContent(root);
      }
      active.set(true);
    }
  }

  private final TabPane pane = new TabPane();
  private final List<Entry> entries = new ArrayList<>();

  CentreTabs() {
    pane.setId("centre-tabs");
    pane.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
  }

  /** Adds a view; {@code key} names it in messages: {@code tab.key} and {@code command.key}. */
  void add(String key, Supplier<Parent> view, BooleanProperty active, Panes.Room room) {
    Tab tab = new Tab(Messages.get("tab." + key));
    tab.setId("tab-" + key);
    entries.add(new Entry(key, tab, view, active, room));
    pane.getTabs().add(tab);
  }

  TabPane pane() {
    return pane;
  }

  /** Brings a view to the front. */
  void show(String key) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).key().equals(key)) {
        pane.getSelectionModel().select(i);
      }
    }
  }

  /** Tells the views which of them is in front, and {@code onRoom} how much room it wants. */
  void follow(Consumer<Panes.Room> onRoom) {
    pane.getSelectionModel()
        .selectedIndexProperty()
        .subscribe(
            index -> {
              Entry front = entries.get(Math.max(0, index.intValue()));
              entries.stream().filter(entry -> !entry.equals(front)).forEach(entry -> entry.active().set(false));
              front.bringToFront();
              onRoom.accept(front.room());
            });
  }

  /** A command for each tab, on the digit keys. */
  List<MenuItem> items(ObservableBooleanValue disabled) {
    List<MenuItem> items = new ArrayList<>();
    for (Entry entry : entries) {
      String keys = items.size() < MOST_KEYS ? "Shortcut+" + (items.size() + 1) : "";
      items.add(Command.of("command." + entry.key(), keys, disabled, () -> show(entry.key())).item());
    }
    return items;
  }
}
