package io.bitloupe.ui.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.value.ObservableValue;
import javafx.css.CssMetaData;
import javafx.css.SimpleStyleableObjectProperty;
import javafx.css.StyleConverter;
import javafx.css.Styleable;
import javafx.css.StyleableProperty;
import javafx.css.converter.ColorConverter;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.Text;
import javafx.scene.text.TextAlignment;
import javafx.scene.transform.Scale;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/**
 * A canvas that fills its region and is drawn again after what changes it: in a window as {@link DrawingTurns} has it, without a layout of
 * what is around it; where no window shows it, and no pulses come, in its layout. Colours come from the style sheet ({@link Ink}), so
 * that light and dark are a matter of CSS alone.
 */
public abstract class ChartPane extends Region {
  /** Size of axis labels. */
  public static final double SMALL = 11;

  /** Height that a label of a vertical axis takes with the gap to the next. */
  public static final double TICK_ROOM = 18;

  /** Size of titles and values. */
  public static final double NORMAL = 12;

  private static final Color DARK = Color.web("#1f2328");

  // JavaFX knows each weight that is neither regular nor bold as a family of its own.
  private static final String TEXT_FAMILY = "Inter";
  private static final String BOLD_TEXT_FAMILY = "Inter Semi Bold";
  private static final String NUMBER_FAMILY = "JetBrains Mono";
  private static final String BOLD_NUMBER_FAMILY = "JetBrains Mono SemiBold";
  private static final List<CssMetaData<? extends Styleable, ?>> META_DATA = metaData();

  private final Canvas canvas = new Canvas();
  private final List<SimpleStyleableObjectProperty<Color>> inks = new ArrayList<>();
  private final List<ChartText> texts = new ArrayList<>();
  private final Text measure = new Text();
  private boolean outdated = true;

  /** An empty chart. */
  protected ChartPane() {
    getStyleClass().add("chart-pane");
    for (int i = 0; i < Ink.values().length; i++) {
      SimpleStyleableObjectProperty<Color> ink = new SimpleStyleableObjectProperty<>(metaData(i), this, Ink.values()[i].name(), Color.GRAY);
      ink.addListener((_, _, _) -> redraw());
      inks.add(ink);
    }
    canvas.setManaged(false);
    getChildren().add(canvas);
    sceneProperty().subscribe(this::changeScene);
    redrawOn(sceneProperty().flatMap(Scene::windowProperty).flatMap(Window::renderScaleXProperty));
  }

  private void changeScene(@Nullable Scene before, @Nullable Scene now) {
    if (before != null) {
      DrawingTurns.of(before).leave(this);
    }
    if (now != null && outdated) {
      redraw();
    }
  }

  /** Draws everything; the canvas is clear. */
  protected abstract void draw(GraphicsContext gc, double width, double height);

  /** Asks to be drawn again soon. */
  public final void redraw() {
    outdated = true;
    if (!askForTurn()) {
      requestLayout();
    }
  }

  /** Redraws whenever {@code value} changes. */
  public final void redrawOn(ObservableValue<?> value) {
    value.addListener((_, _, _) -> redraw());
  }

  /** Asks to be drawn in a pulse; false where no window shows it. */
  private boolean askForTurn() {
    Scene scene = getScene();
    boolean pulses = scene != null && scene.getWindow() != null;
    if (pulses) {
      DrawingTurns.of(scene).ask(this);
    }
    return pulses;
  }

  @Override
  protected void layoutChildren() {
    outdated |= fitCanvas();
    if (outdated && !askForTurn()) {
      drawNow();
    }
  }

  /** Gives the canvas the size of the region; whether it had another one. */
  private boolean fitCanvas() {
    // A canvas is an image: where everything is drawn larger, or on a finer screen, it needs as many more pixels to stay sharp.
    double density = density();
    // Whole pixels: what is drawn on a part of one is not cleared from it.
    double width = Math.ceil(Math.floor(getWidth()) * density);
    double height = Math.ceil(Math.floor(getHeight()) * density);
    alignCanvas(density);
    if (canvas.getWidth() == width && canvas.getHeight() == height) {
      return false;
    }
    canvas.setWidth(width);
    canvas.setHeight(height);
    canvas.getTransforms().setAll(new Scale(1 / density, 1 / density));
    return true;
  }

  /** An image that begins between two pixels is blurred: it begins at the first whole one. */
  private void alignCanvas(double density) {
    Point2D corner = getLocalToSceneTransform().transform(0, 0);
    double scale = density / getLocalToSceneTransform().getMxx();
    canvas.setLayoutX((Math.ceil(corner.getX() * scale) - corner.getX() * scale) / density);
    canvas.setLayoutY((Math.ceil(corner.getY() * scale) - corner.getY() * scale) / density);
  }

  /** Pixels of the screen for each of the chart's: by the transforms around it, and by the scale of the screen that its window is on. */
  protected final double density() {
    double screen = Optional.ofNullable(getScene()).map(Scene::getWindow).map(Window::getRenderScaleX).orElse(1.0);
    return Math.max(1, getLocalToSceneTransform().getMxx() * screen);
  }

  /** Gives {@code layer}, a canvas over or under what is drawn here, the same pixels. */
  protected final void fitLikeThis(Canvas layer) {
    layer.setWidth(canvas.getWidth());
    layer.setHeight(canvas.getHeight());
    layer.setLayoutX(canvas.getLayoutX());
    layer.setLayoutY(canvas.getLayoutY());
    layer.getTransforms().setAll(canvas.getTransforms());
  }

  /** Whether it and all that it is in are shown. */
  final boolean canBeSeen() {
    Node shown = this;
    while (shown != null && shown.isVisible()) {
      shown = shown.getParent();
    }
    return shown == null;
  }

  /** Draws it as it is to look now. */
  final void drawNow() {
    outdated = false;
    fitCanvas();
    double width = Math.floor(getWidth());
    double height = Math.floor(getHeight());
    double density = density();
    GraphicsContext gc = canvas.getGraphicsContext2D();
    gc.setTransform(1, 0, 0, 1, 0, 0);
    gc.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
    gc.setTransform(density, 0, 0, density, 0, 0);
    texts.clear();
    if (width > 0 && height > 0) {
      gc.setTextBaseline(VPos.CENTER);
      gc.setLineWidth(1);
      draw(gc, width, height);
    }
  }

  /** The colour of a role. */
  public final Color ink(Ink role) {
    return inks.get(role.ordinal()).get();
  }

  /** A dark ink or white, whichever is easier to read on {@code ground} (WCAG relative luminance). */
  public static Color readableOn(Color ground) {
    double luminance = 0.2126 * linear(ground.getRed()) + 0.7152 * linear(ground.getGreen()) + 0.0722 * linear(ground.getBlue());
    return luminance > 0.19 ? DARK : Color.WHITE;
  }

  private static double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
  }

  /** Text font. */
  public static Font text(double size) {
    return Font.font(TEXT_FAMILY, size);
  }

  /** Semibold text font. */
  public static Font bold(double size) {
    return Font.font(BOLD_TEXT_FAMILY, size);
  }

  /** Font of numbers. */
  public static Font number(double size) {
    return Font.font(NUMBER_FAMILY, size);
  }

  /** Semibold font of numbers. */
  public static Font boldNumber(double size) {
    return Font.font(BOLD_NUMBER_FAMILY, size);
  }

  /** Writes text with its vertical middle at {@code y}. */
  public final void write(GraphicsContext gc, String text, double x, double y, Font font, Ink color, TextAlignment alignment) {
    write(gc, text, x, y, font, ink(color), alignment);
  }

  /** Writes text with its vertical middle at {@code y}, in a colour that no role has. */
  public final void write(GraphicsContext gc, String text, double x, double y, Font font, Color color, TextAlignment alignment) {
    texts.add(new ChartText(text, font, alignment, x, y, gc.getTransform()));
    gc.setFont(font);
    gc.setTextAlign(alignment);
    gc.setFill(color);
    gc.fillText(text, x, y);
  }

  /** Writes text on a patch of background, so that no mark shows through. */
  public final void writeOnPatch(GraphicsContext gc, String text, double x, double y, Font font, Ink color, TextAlignment alignment) {
    double width = widthOf(text, font);
    double left = alignment == TextAlignment.RIGHT ? x - width : alignment == TextAlignment.CENTER ? x - width / 2 : x;
    gc.setFill(ink(Ink.BG));
    gc.fillRect(left - 3, y - 8, width + 6, 16);
    write(gc, text, x, y, font, color, alignment);
  }

  /** What is written on it, in the order in which it was written. */
  public final List<ChartText> texts() {
    return List.copyOf(texts);
  }

  /** Where {@code bounds} of its canvas are in the scene. */
  public final Bounds canvasToScene(Bounds bounds) {
    return canvas.localToScene(bounds);
  }

  /** Width of {@code text} in pixels. */
  public final double widthOf(String text, Font font) {
    measure.setFont(font);
    measure.setText(text);
    return measure.getLayoutBounds().getWidth();
  }

  /** A crisp horizontal line. */
  public static void horizontal(GraphicsContext gc, double from, double to, double y) {
    double asked = gc.getLineWidth();
    Hairline line = Hairline.near(y, asked, density(gc));
    gc.setLineWidth(line.width());
    gc.strokeLine(from, line.middle(), to, line.middle());
    gc.setLineWidth(asked);
  }

  /** A crisp vertical line. */
  public static void vertical(GraphicsContext gc, double x, double from, double to) {
    double asked = gc.getLineWidth();
    Hairline line = Hairline.near(x, asked, density(gc));
    gc.setLineWidth(line.width());
    gc.strokeLine(line.middle(), from, line.middle(), to);
    gc.setLineWidth(asked);
  }

  /** The border between two pixels of the screen that is nearest to {@code at}: areas that begin and end at such ones leave no seams. */
  public static double edge(GraphicsContext gc, double at) {
    double density = density(gc);
    return Math.round(at * density) / density;
  }

  private static double density(GraphicsContext gc) {
    return gc.getTransform().getMxx();
  }

  /** What the class can be styled with. */
  public static List<CssMetaData<? extends Styleable, ?>> getClassCssMetaData() {
    return META_DATA;
  }

  @Override
  public List<CssMetaData<? extends Styleable, ?>> getCssMetaData() {
    return META_DATA;
  }

  private static List<CssMetaData<? extends Styleable, ?>> metaData() {
    List<CssMetaData<? extends Styleable, ?>> all = new ArrayList<>(Region.getClassCssMetaData());
    for (Ink ink : Ink.values()) {
      all.add(new InkMetaData(ink));
    }
    return List.copyOf(all);
  }

  @SuppressWarnings("unchecked")
  private static CssMetaData<ChartPane, Color> metaData(int ink) {
    return (CssMetaData<ChartPane, Color>) META_DATA.get(META_DATA.size() - Ink.values().length + ink);
  }

  private static final class InkMetaData extends CssMetaData<ChartPane, Color> {
    private final int index;

    @SuppressWarnings("unchecked")
    InkMetaData(Ink ink) {
      super(ink.property(), (StyleConverter<?, Color>) (StyleConverter<?, ?>) ColorConverter.getInstance(), Color.GRAY);
      index = ink.ordinal();
    }

    @Override
    public boolean isSettable(ChartPane pane) {
      return !pane.inks.get(index).isBound();
    }

    @Override
    public StyleableProperty<Color> getStyleableProperty(ChartPane pane) {
      return pane.inks.get(index);
    }
  }
}
