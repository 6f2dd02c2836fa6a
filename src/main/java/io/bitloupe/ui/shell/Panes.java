package io.bitloupe.ui.shell;

import io.bitloupe.ui.history.HistoryView;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.layers.LayersView;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.theme.Zoom;
import java.util.Optional;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.shape.SVGPath;

/** Which of the panes are open, by the window's size and the user's wish, and which are folded to a rail. */
final class Panes {
  private static final double LAYERS = 576;
  private static final double LAYERS_NARROW = 436;
  private static final double TRADEOFF = 394;
  private static final double NARROW = 1400;
  private static final double WIDE = 1800;
  private static final double LOW = 880;
  private static final String TO_RIGHT = "M3 1.5l4 4 -4 4";
  private static final String TO_LEFT = "M7 1.5l-4 4 4 4";
  private static final String TRADEOFF_SETTING = "pane.tradeoff";

  /** How much room the centre wants. */
  enum Room {
    /** Its own. */
    OWN,
    /** That of the trade-off pane too, where the window is not wide. */
    WIDE,
    /** All, the history folded. */
    WHOLE
  }

  private final BorderPane main;
  private final ThreePanes three;
  private final LayersView layers;
  private final HistoryView history;
  private final Preferences preferences;
  private final Zoom zoom;
  private final Node layersRail;
  private final Node tradeoffRail;
  private Optional<Boolean> wantLayers = Optional.empty();
  private Optional<Boolean> wantTradeoff;
  private Optional<Boolean> wantHistory = Optional.empty();
  private Room room = Room.OWN;
  private Optional<Boolean> narrowNow = Optional.empty();

  Panes(BorderPane main, LayersView layers, Region centre, Region tradeoff, HistoryView history, ShellServices services) {
    this.main = main;
    this.layers = layers;
    this.history = history;
    preferences = services.preferences();
    zoom = services.zoom();
    three = new ThreePanes((Region) layers.root(), centre, tradeoff);
    layersRail = rail(Messages.get("layers.title"), TO_RIGHT, this::toggleLayers);
    tradeoffRail = rail(Messages.get("tradeoff.title"), TO_LEFT, this::toggleTradeoff);
    wantTradeoff = preferences.get(TRADEOFF_SETTING).map(Boolean::valueOf);
    main.setCenter(three);
    main.sceneProperty().subscribe(
        scene -> {
          if (scene != null) {
            scene.widthProperty().subscribe(_ -> arrange());
            scene.heightProperty().subscribe(_ -> arrange());
          }
        });
    zoom.percentProperty().subscribe(_ -> arrange());
    arrange();
  }

  /** Whether a window that is {@code width} pixels wide is narrow. */
  static boolean isNarrow(double width) {
    return width < NARROW;
  }

  /** How much room the centre wants; a pane that the user opens nevertheless is shown. */
  void setRoom(Room wanted) {
    room = wanted;
    arrange();
  }

  void toggleLayers() {
    boolean shown = !showsLayers();
    wantLayers = Optional.of(shown);
    room = shown && room == Room.WHOLE ? Room.WIDE : room;
    arrange();
  }

  void toggleTradeoff() {
    boolean shown = !showsTradeoff();
    wantTradeoff = Optional.of(shown);
    preferences.put(TRADEOFF_SETTING, Boolean.toString(shown));
    room = shown ? Room.OWN : room;
    arrange();
  }

  void toggleHistory() {
    boolean shown = !showsHistory();
    wantHistory = Optional.of(shown);
    room = shown && room == Room.WHOLE ? Room.WIDE : room;
    arrange();
  }

  private Optional<Scene> scene() {
    return Optional.ofNullable(main.getScene());
  }

  private double width() {
    return scene().map(Scene::getWidth).filter(width -> width > 0).orElse(WIDE) / zoom.factor();
  }

  private double height() {
    return scene().map(Scene::getHeight).filter(height -> height > 0).orElse(WIDE) / zoom.factor();
  }

  private boolean showsLayers() {
    return wantLayers.orElse(true) && room != Room.WHOLE;
  }

  private boolean showsTradeoff() {
    return wantTradeoff.orElse(width() >= NARROW) && !(room == Room.WIDE && width() < WIDE) && room != Room.WHOLE;
  }

  private boolean showsHistory() {
    return wantHistory.orElse(height() >= LOW) && room != Room.WHOLE;
  }

  private void arrange() {
    boolean narrow = isNarrow(width());
    if (!narrowNow.equals(Optional.of(narrow))) {
      narrowNow = Optional.of(narrow);
      layers.setCompact(narrow);
      three.setWidths(narrow ? LAYERS_NARROW : LAYERS, TRADEOFF);
    }
    history.setCompact(!showsHistory());
    main.setLeft(showsLayers() ? null : layersRail);
    main.setRight(showsTradeoff() ? null : tradeoffRail);
    three.show(showsLayers(), showsTradeoff());
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
