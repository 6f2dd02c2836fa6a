package io.bitloupe.ui.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import org.junit.jupiter.api.Test;

class ColumnRoomTest {
  private final TableView<String> table = new TableView<>();
  private final TableColumn<String, String> first = column(100);
  private final TableColumn<String, String> second = column(300);

  ColumnRoomTest() {
    table.getColumns().setAll(List.of(first, second));
  }

  private static TableColumn<String, String> column(double width) {
    TableColumn<String, String> column = new TableColumn<>();
    column.setPrefWidth(width);
    return column;
  }

  private void assertWidths(double ofFirst, double ofSecond) {
    assertThat(List.of(first.getPrefWidth(), second.getPrefWidth())).containsExactly(ofFirst, ofSecond);
  }

  @Test
  void whatIsLeftOverIsSharedInProportion() {
    ColumnRoom.spread(table);
    table.resize(814, 100);
    assertWidths(200, 600);
    table.resize(200, 100);
    assertWidths(100, 300);
  }

  @Test
  void oneTakesItAllWhileItIsShown() {
    ColumnRoom.give(table, second);
    table.resize(814, 100);
    assertWidths(100, 700);
    second.setVisible(false);
    assertThat(first.getPrefWidth()).isEqualTo(800);
    second.setVisible(true);
    assertWidths(100, 700);
  }
}
