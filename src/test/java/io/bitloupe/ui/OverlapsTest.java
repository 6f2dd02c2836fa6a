package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.chart.ChartPane;
import io.bitloupe.ui.chart.Ink;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.layout.Background;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Text;
import javafx.scene.text.TextAlignment;
import javafx.scene.text.TextFlow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What {@link ScreenshotTest} relies on to find texts over one another. */
@ResourceLock(TestWindow.TOOLKIT)
class OverlapsTest {
  @Test
  void textsOverOneAnotherAreFound() {
    assertThat(found(new Text(10, 50, "under"), new Text(20, 52, "over"))).containsExactly("'over' over 'under'");
  }

  @Test
  void textsBelowOneAnotherAreFine() {
    assertThat(found(new Text(10, 50, "first"), new Text(10, 66, "second"))).isEmpty();
  }

  @Test
  void partsOfATextStandInItsLines() {
    TextFlow flow = new TextFlow(new Text("One line and a part of another, "), new Text("which goes on here"));
    flow.setPrefWidth(150);
    assertThat(found(flow)).isEmpty();
    assertThat(found(flow, new Text(10, 12, "over"))).containsExactly("'over' over 'One line and a part of another, '");
  }

  @Test
  void whatIsOpaqueHidesWhatWasThere() {
    Region card = new Region();
    card.setBackground(Background.fill(Color.WHITE));
    card.setPrefSize(200, 100);
    assertThat(found(new Text(10, 50, "under"), card, new Text(20, 52, "over"))).isEmpty();
  }

  @Test
  void textsOfChartsAreFoundTooAndThoseThatTheirEdgeCuts() {
    assertThat(found(new Written(5, 40), new Text(10, 40, "over"))).containsExactly("'over' over 'chart'");
    assertThat(found(new Written(-9, 40))).containsExactly("'chart' reaches over the edge of Written");
  }

  private static List<String> found(Node... nodes) {
    TestWindow.startToolkit();
    return TestWindow.onFx(
        () -> {
          Pane root = new Pane(nodes);
          new Scene(root, 200, 100);
          root.applyCss();
          root.layout();
          return Overlaps.in(root);
        });
  }

  /** A chart of one text. */
  private static final class Written extends ChartPane {
    private final double x;
    private final double y;

    Written(double x, double y) {
      this.x = x;
      this.y = y;
      setPrefSize(150, 80);
    }

    @Override
    protected void draw(GraphicsContext gc, double width, double height) {
      write(gc, "chart", x, y, text(NORMAL), Ink.FG, TextAlignment.LEFT);
    }
  }
}
