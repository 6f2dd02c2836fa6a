package io.bitloupe.ui.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.prefs.Preferences;
import org.junit.jupiter.api.Test;

class ShownColumnsTest {
  private static final double NARROW = 418;
  private static final double MIDDLING = 538;
  private static final double WIDE = 1000;

  private final Preferences preferences = Preferences.inMemory();
  private final ShownColumns columns = new ShownColumns(preferences);

  @Test
  void whatASearchAddsIsNoChoiceOfTheUsers() {
    assertThat(columns.contains(LayerColumn.SENSITIVITY)).isFalse();
    columns.add(LayerColumn.SENSITIVITY);
    assertThat(columns.contains(LayerColumn.SENSITIVITY)).isTrue();
    columns.choose(LayerColumn.OPERATOR, false);
    assertThat(new ShownColumns(preferences).contains(LayerColumn.SENSITIVITY)).isFalse();
    columns.choose(LayerColumn.SENSITIVITY, false);
    assertThat(columns.contains(LayerColumn.SENSITIVITY)).as("hidden by the user").isFalse();
  }

  @Test
  void whatASearchAddedGoesWithTheModel() {
    columns.setRoom(NARROW);
    columns.add(LayerColumn.SENSITIVITY);
    assertThat(columns.contains(LayerColumn.WEIGHT_SQNR)).as("it made room").isFalse();
    columns.forgetAdded();
    assertThat(columns.contains(LayerColumn.SENSITIVITY)).isFalse();
    assertThat(columns.contains(LayerColumn.WEIGHT_SQNR)).isTrue();
  }

  @Test
  void whatANarrowPaneLeavesOutIsStillChosen() {
    columns.setRoom(NARROW);
    assertThat(columns.contains(LayerColumn.OPERATOR)).isFalse();
    columns.choose(LayerColumn.TIME, true);
    assertThat(new ShownColumns(preferences).contains(LayerColumn.OPERATOR)).isTrue();
    columns.setRoom(WIDE);
    assertThat(columns.contains(LayerColumn.OPERATOR)).isTrue();
  }

  @Test
  void whatTheUserShowsInANarrowPaneIsShown() {
    columns.setRoom(NARROW);
    columns.choose(LayerColumn.OPERATOR, true);
    assertThat(columns.contains(LayerColumn.OPERATOR)).isTrue();
  }

  @Test
  void whatASearchAddsHasRoomInANarrowPane() {
    columns.add(LayerColumn.SENSITIVITY);
    columns.setRoom(NARROW);
    assertThat(columns.contains(LayerColumn.SENSITIVITY)).isTrue();
    assertThat(columns.contains(LayerColumn.WEIGHT_SQNR)).isFalse();
  }

  @Test
  void theNameIsAlwaysThere() {
    preferences.put("layers.columns", "");
    assertThat(new ShownColumns(preferences).contains(LayerColumn.NAME)).isTrue();
  }

  @Test
  void whatASearchAddsLeavesTheOthersWhereThereIsRoom() {
    columns.setRoom(WIDE);
    columns.add(LayerColumn.SENSITIVITY);
    assertThat(columns.contains(LayerColumn.WEIGHT_SQNR)).isTrue();
    assertThat(columns.contains(LayerColumn.OPERATOR)).isTrue();
  }

  @Test
  void whatSaysLeastMakesRoomFirst() {
    columns.setRoom(MIDDLING);
    columns.add(LayerColumn.SENSITIVITY);
    assertThat(columns.contains(LayerColumn.GRANULARITY)).isFalse();
    assertThat(columns.contains(LayerColumn.WEIGHT_SQNR)).isTrue();
  }
}
