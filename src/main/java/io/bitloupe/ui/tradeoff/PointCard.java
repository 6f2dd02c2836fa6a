package io.bitloupe.ui.tradeoff;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.fxml.FXML;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.geometry.Rectangle2D;
import javafx.scene.Parent;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/** What is known of the point that is marked on one of the charts, shown over that chart beside the point. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
final class PointCard {
  private final Region root;
  private Optional<TradeoffChart> shownOn = Optional.empty();

  @FXML private Label title;
  @FXML private Label value;
  @FXML private Label cost;
  @FXML private Label others;
  @FXML private Label hint;

  /** A card that is not shown. */
  PointCard() {
    root = (Region) Fxml.load(this);
    root.setVisible(false);
  }

  /** The card, which its parent does not lay out. */
  Region root() {
    return root;
  }

  /** Shows what is marked on {@code chart}. */
  void show(TradeoffChart chart, Optional<TradeoffPoint> marked) {
    shownOn = marked.map(_ -> chart);
    root.setVisible(marked.isPresent());
    marked.ifPresent(point -> fill(chart.axis(), point));
    placeOn(chart);
  }

  /** Goes beside its point, which {@code chart} has just drawn, if it shows one of that chart. */
  void placeOn(TradeoffChart chart) {
    if (shownOn.filter(chart::equals).isPresent()) {
      chart.locateMarked().ifPresent(point -> place(chart, point));
    }
  }

  private void fill(CostAxis axis, TradeoffPoint point) {
    title.setText(Messages.get("tradeoff.card.title", point.step(), point.description()));
    String accuracy =
        Messages.get(
            "tradeoff.card.value",
            Figures.percent(point.value(), 1),
            Figures.fixed(100 * point.interval().low(), 1),
            Figures.fixed(100 * point.interval().high(), 1));
    String samples = Messages.get("figure.of", Figures.count(point.samples()), Figures.count(point.totalSamples()));
    value.setText(point.isComplete() ? accuracy : Messages.get("tradeoff.card.partial", accuracy, samples));
    Optional<String> asked = line(axis, point);
    cost.setText(asked.orElse(""));
    others.setText(
        Stream.of(CostAxis.SIZE, CostAxis.DEPLOYED, CostAxis.INTEGER, CostAxis.ENERGY)
            .flatMap(other -> line(other, point).stream())
            .filter(text -> !Objects.equals(text, cost.getText()))
            .collect(Collectors.joining("\n")));
    Hidden.show(hint, point.status() != TradeoffPoint.Status.CURRENT);
  }

  /** What a point costs on an axis; empty until measured. */
  private static Optional<String> line(CostAxis axis, TradeoffPoint point) {
    return switch (axis) {
      case SIZE, BIT_OPS ->
          Optional.of(Messages.get("tradeoff.card.size", Figures.bytes(point.bytes()), Figures.compact(point.bitOps())));
      case DEPLOYED, DEPLOYED_WIDE, DEPLOYED_BATCH -> axis.load().flatMap(point.latency()::deployed).map(PointCard::time);
      case INTEGER ->
          point.latency().integerRuntime().stream()
              .mapToObj(time -> Messages.get("tradeoff.card.integer", Figures.milliseconds(time)))
              .findFirst();
      case ENERGY ->
          point.microjoules().stream().mapToObj(energy -> Messages.get("tradeoff.card.energy", Figures.significant(energy))).findFirst();
    };
  }

  private static String time(DeploymentTiming timing) {
    return Messages.get(
        timing.load().equals(DeploymentLoad.SINGLE) ? "tradeoff.card.time" : "tradeoff.card.timeOfLoad",
        Figures.milliseconds(timing.qdq().median()),
        Figures.percent(timing.percentOfFloat().median() / 100, 1),
        timing.load().batch(),
        timing.load().threads());
  }

  /** With all that is known where there is room for it, else with accuracy and the cost of the chart. */
  private void place(TradeoffChart chart, Point2D pixel) {
    Parent parent = root.getParent();
    Bounds bounds = parent.sceneToLocal(chart.localToScene(chart.besideLabels()));
    Rectangle2D area = new Rectangle2D(bounds.getMinX(), bounds.getMinY(), bounds.getWidth(), bounds.getHeight());
    Point2D point = parent.sceneToLocal(chart.localToScene(pixel));
    Hidden.show(others, !others.getText().isEmpty());
    Optional<Point2D> full = CardPlace.beside(area, point, fit(area));
    if (full.isEmpty()) {
      Hidden.show(others, false);
    }
    Point2D corner = full.or(() -> CardPlace.beside(area, point, fit(area))).orElseGet(() -> CardPlace.above(area, point, fit(area)));
    root.relocate(Math.rint(corner.getX()), Math.rint(corner.getY()));
  }

  /** Takes the size that it needs in {@code area}, and says it. */
  private Point2D fit(Rectangle2D area) {
    root.applyCss();
    double width = Math.ceil(Math.min(root.prefWidth(-1), area.getWidth()));
    double height = Math.ceil(root.prefHeight(width));
    root.resize(width, height);
    return new Point2D(width, height);
  }
}
