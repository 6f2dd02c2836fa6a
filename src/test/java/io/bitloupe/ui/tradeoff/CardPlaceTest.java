package io.bitloupe.ui.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import javafx.geometry.Point2D;
import javafx.geometry.Rectangle2D;
import org.junit.jupiter.api.Test;

class CardPlaceTest {
  private static final Rectangle2D CHART = new Rectangle2D(100, 50, 320, 270);

  /** Everywhere in the chart, for a card that leaves room on one side at least. */
  @Test
  void aCardThatFitsIsInItsChartAndNotOnItsPoint() {
    Point2D size = new Point2D(260, 110);
    for (int x = 100; x <= 420; x += 10) {
      for (int y = 50; y <= 320; y += 10) {
        Point2D corner = CardPlace.beside(CHART, new Point2D(x, y), size).orElseThrow();
        Rectangle2D card = new Rectangle2D(corner.getX(), corner.getY(), size.getX(), size.getY());
        assertThat(CHART.contains(card)).as("%d, %d", x, y).isTrue();
        assertThat(card.intersects(x - 6, y - 6, 12, 12)).as("%d, %d", x, y).isFalse();
      }
    }
  }

  @Test
  void aNarrowCardGoesToTheSideWhereItIsTooHigh() {
    Optional<Point2D> corner = CardPlace.beside(CHART, new Point2D(300, 180), new Point2D(150, 200));
    assertThat(corner).contains(new Point2D(138, 80));
  }

  @Test
  void whereNothingFitsItStandsAboveItsPoint() {
    Point2D size = new Point2D(300, 150);
    Point2D point = new Point2D(260, 185);
    assertThat(CardPlace.beside(CHART, point, size)).isEmpty();
    assertThat(CardPlace.above(CHART, point, size)).isEqualTo(new Point2D(110, 23));
  }
}
