package io.bitloupe.ui.shell;

import io.bitloupe.ui.history.HistoryView;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.layers.LayersView;
import io.bitloupe.ui.prefs.Preferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.geometry.Orientation;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.shape.SVGPath;

/** The three panes side by side: their widths, and which of them is folded to a rail. */
final class Panes {
  private static final double LAYERS = 540;
  private static final double LAYERS_NARROW = 420;
  private static final double TRADEOFF = 394;
  private static final double NARROW = 1400;
  private static final double WIDE = 1800;
  private static final double LOW = 880;
  private static final String TO_RIGHT = "M3 1.5l4 4 -4 4";
  private static final String TO_LEFT = "M7 1.5l-4 4 4 4";

  private final BorderPane main;
  private final SplitPane split = new SplitPane();
  private final Region layers;
  private final LayersView layersView;
  private final Region centre;
  private final Region tradeoff;
  private final HistoryView history;
  private final Preferences preferences;
  private final Node layersRail;
  private final Node tradeoffRail;
  private Optional<Boolean> wantLayers = Optional.empty();
  private Optional<Boolean> wantTradeoff = Optional.empty();
  private Optional<Boolean> wantHistory = Optional.empty();
  private boolean wideCentre;
  private boolean wasNarrow;
  private boolean settled;
  private double layersWidth = LAYERS;
  private double tradeoffWidth = TRADEOFF;

  Panes(BorderPane main, LayersView layersView, Region centre, Node tradeoff, HistoryView history, Preferences preferences) {
    this.main = main;
    this.layersView = layersView;
    layers = (Region) layersView.root();
    this.centre = centre;
    this.tradeoff = (Region) tradeoff;
    this.history = history;
    this.preferences = preferences;
    layersRail = rail(Messages.get("layers.title"), TO_RIGHT, this::toggleLayers);
    tradeoffRail = rail(Messages.get("tradeoff.title"), TO_LEFT, this::toggleTradeoff);
    wantTradeoff = preferences.get("pane.tradeoff").map(Boolean::valueOf);
    split.setOrientation(Orientation.HORIZONTAL);
    split.setId("panes");
    SplitPane.setResizableWithParent(layers, false);
    SplitPane.setResizableWithParent(this.tradeoff, false);
    main.setCenter(split);
    // The side panes keep their widths whatever the window's; the split pane itself forgets dividers set before it had a size.
    split.widthProperty().addListener((_, _, _) -> divide());
    split.needsLayoutProperty().addListener(
        (_, _, needs) -> {
          if (!needs && !settled && split.getWidth() > 0) {
            settled = true;
            Platform.runLater(this::divide);
          }
        });
    main.sceneProperty().subscribe(
        scene -> {
          if (scene != null) {
            scene.widthProperty().subscribe(_ -> arrange());
            scene.heightProperty().subscribe(_ -> arrange());
          }
        });
    arrange();
  }

  /** The centre wants the trade-off pane's room. */
  void setWideCentre(boolean wide) {
    wideCentre = wide;
    arrange();
  }

  void toggleLayers() {
    wantLayers = Optional.of(!showsLayers());
    arrange();
  }

  void toggleTradeoff() {
    boolean shown = !showsTradeoff();
    wantTradeoff = Optional.of(shown);
    preferences.put("pane.tradeoff", Boolean.toString(shown));
    wideCentre = wideCentre && !shown;
    arrange();
  }

  void toggleHistory() {
    wantHistory = Optional.of(!showsHistory());
    arrange();
  }

  private double width() {
    return main.getScene() == null ? 1600 : main.getScene().getWidth();
  }

  private double height() {
    return main.getScene() == null ? 1000 : main.getScene().getHeight();
  }

  private boolean showsLayers() {
    return wantLayers.orElse(true);
  }

  private boolean showsTradeoff() {
    boolean room = width() >= NARROW;
    return wantTradeoff.orElse(room) && !(wideCentre && width() < WIDE);
  }

  private boolean showsHistory() {
    return wantHistory.orElse(height() >= LOW);
  }

  private void arrange() {
    boolean narrow = width() < NARROW;
    layersView.setCompact(narrow);
    history.setCompact(!showsHistory());
    List<Node> items = new ArrayList<>();
    if (showsLayers()) {
      items.add(layers);
    }
    items.add(centre);
    if (showsTradeoff()) {
      items.add(tradeoff);
    }
    main.setLeft(showsLayers() ? null : layersRail);
    main.setRight(showsTradeoff() ? null : tradeoffRail);
    boolean changed = !split.getItems().equals(items);
    if (changed) {
      split.getItems().setAll(items);
    }
    if (changed || narrow != wasNarrow) {
      wasNarrow = narrow;
      layersWidth = narrow ? LAYERS_NARROW : LAYERS;
      followDividers();
      divide();
    }
  }

  /** Remembers the widths that the user gives the side panes. */
  private void followDividers() {
    for (SplitPane.Divider divider : split.getDividers()) {
      divider.positionProperty().addListener((_, _, _) -> Platform.runLater(this::rememberWidths));
    }
  }

  private void rememberWidths() {
    boolean dragged = split.lookupAll(".split-pane-divider").stream().anyMatch(Node::isPressed);
    if (dragged) {
      layersWidth = showsLayers() ? layers.getWidth() : layersWidth;
      tradeoffWidth = showsTradeoff() ? tradeoff.getWidth() : tradeoffWidth;
    }
  }

  private void divide() {
    double total = split.getWidth() > 0 ? split.getWidth() : width();
    int divider = 0;
    if (showsLayers()) {
      split.setDividerPosition(divider++, layersWidth / total);
    }
    if (showsTradeoff()) {
      split.setDividerPosition(divider, 1 - tradeoffWidth / total);
    }
  }

  private static Node rail(String name, String arrow, Runnable open) {
    SVGPath sign = new SVGPath();
    sign.setContent(arrow);
    sign.getStyleClass().add("icon");
    Button button = new Button("", sign);
    button.getStyleClass().addAll("flat", "icon-only");
    button.setAccessibleText(name);
    button.setOnAction(_ -> open.run());
    Label label = new Label(name);
    label.setRotate(90);
    VBox rail = new VBox(10, button, new Group(label));
    rail.getStyleClass().add("rail");
    return rail;
  }
}
