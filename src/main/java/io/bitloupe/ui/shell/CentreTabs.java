package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.event.Event;
import javafx.scene.Parent;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.input.MouseEvent;

/**
 * The views in the centre, one tab each. A view is made when its tab first comes to the front, so that a model is shown sooner, and
 * computes only while it is there.
 */
final class CentreTabs {

  /** A tab. */
  private record Entry(Tab tab, Supplier<Parent> view, BooleanProperty active) {

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
    WholeTabs.keep(pane);
  }

  /** Adds a view that computes nothing by itself; in the order of {@link CentreTab}. */
  void add(CentreTab which, Supplier<Parent> view) {
    add(which, view, new SimpleBooleanProperty());
  }

  /** Adds a view; in the order of {@link CentreTab}. */
  void add(CentreTab which, Supplier<Parent> view, BooleanProperty active) {
    Tab tab = new Tab(Messages.get("tab." + which.key()));
    tab.setId("tab-" + which.key());
    entries.add(new Entry(tab, view, active));
    pane.getTabs().add(tab);
  }

  TabPane pane() {
    return pane;
  }

  /** Brings a view to the front. */
  void show(CentreTab which) {
    pane.getSelectionModel().select(which.ordinal());
  }

  /** Tells the views which of them is in front, and {@code onFront} too. */
  void follow(Consumer<CentreTab> onFront) {
    pane.getSelectionModel()
        .selectedIndexProperty()
        .subscribe(
            index -> {
              Entry front = entries.get(Math.max(0, index.intValue()));
              entries.stream().filter(entry -> !entry.equals(front)).forEach(entry -> entry.active().set(false));
              front.bringToFront();
              onFront.accept(CentreTab.values()[entries.indexOf(front)]);
            });
  }
}
