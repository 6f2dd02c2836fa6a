package io.bitloupe.ui.view;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.junit.jupiter.api.Test;

class WrappingColumnsTest {
  private final Region first = column(100, 150, 40);
  private final Region second = column(200, 250, 60);
  private final Region third = column(100, 100, 30);
  private final WrappingColumns columns = new WrappingColumns();

  WrappingColumnsTest() {
    columns.getChildren().addAll(first, second, third);
    columns.setSpacing(10);
    HBox.setHgrow(second, Priority.ALWAYS);
  }

  private static Region column(double least, double preferred, double height) {
    Region region = new Region();
    region.setMinSize(least, 0);
    region.setPrefSize(preferred, height);
    return region;
  }

  private void layOut(double width, double height) {
    columns.resize(width, height);
    columns.layout();
  }

  private static void assertAt(Node column, double left, double top, double width, double height) {
    Bounds bounds = column.getBoundsInParent();
    assertThat(new double[] {bounds.getMinX(), bounds.getMinY(), bounds.getWidth(), bounds.getHeight()})
        .containsExactly(left, top, width, height);
  }

  @Test
  void besideOneAnotherWhereTheyFit() {
    layOut(620, 300);
    assertAt(first, 0, 0, 150, 300);
    assertAt(second, 160, 0, 350, 300);
    assertAt(third, 520, 0, 100, 300);
    assertThat(columns.prefHeight(620)).isEqualTo(60);
    assertThat(columns.minHeight(620)).isZero();
  }

  @Test
  void theyShrinkDownToTheirLeastWidths() {
    layOut(470, 300);
    assertAt(first, 0, 0, 125, 300);
    assertAt(second, 135, 0, 225, 300);
    assertAt(third, 370, 0, 100, 300);
  }

  @Test
  void inRowsWhereTheyDoNotFit() {
    layOut(400, 300);
    assertAt(first, 0, 0, 145, 60);
    assertAt(second, 155, 0, 245, 60);
    assertAt(third, 0, 70, 400, 30);
    assertThat(columns.minHeight(400)).as("a scroll pane around them must not cut them").isEqualTo(100);
  }

  @Test
  void aColumnThatIsTooWideGetsWhatThereIs() {
    layOut(90, 300);
    assertAt(first, 0, 0, 90, 40);
    assertAt(second, 0, 50, 90, 60);
    assertAt(third, 0, 120, 90, 30);
  }
}
