package io.bitloupe.ui.view;

import io.bitloupe.data.SamplePicture;
import java.util.Optional;
import javafx.collections.MapChangeListener;
import javafx.collections.ObservableMap;
import javafx.collections.WeakMapChangeListener;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A sample with its picture, which may come later. */
public final class SampleCell extends ListCell<SampleLine> {
  private static final PseudoClass HARMFUL = PseudoClass.getPseudoClass("harmful");
  private static final double SIDE = 44;

  private final ObservableMap<Integer, SamplePicture> pictures;
  private final PictureBox picture = new PictureBox(SIDE);
  private final Label title = new Label();
  private final Label mark = new Label();
  private final Label text = new Label();
  private final Label detail = new Label();
  private final HBox line = new HBox(10);
  // Kept here, because the map holds it weakly.
  private final MapChangeListener<Integer, SamplePicture> listener = this::onPicture;

  /** A cell that takes its pictures from {@code pictures}. */
  public SampleCell(ObservableMap<Integer, SamplePicture> pictures) {
    this.pictures = pictures;
    getStyleClass().add("sample-cell");
    title.getStyleClass().add("strong");
    mark.getStyleClass().add("sample-mark");
    mark.setMinWidth(Region.USE_PREF_SIZE);
    detail.getStyleClass().addAll("number", "secondary");
    detail.setMinWidth(0);
    title.setMinWidth(0);
    text.setMinWidth(0);
    VBox lines = new VBox(1, row(title, mark), text, detail);
    lines.setAlignment(Pos.CENTER_LEFT);
    lines.setMinWidth(0);
    HBox.setHgrow(lines, Priority.ALWAYS);
    line.setAlignment(Pos.CENTER_LEFT);
    line.getChildren().addAll(picture, lines);
    line.prefWidthProperty().bind(widthProperty().subtract(24));
    line.maxWidthProperty().bind(widthProperty().subtract(24));
    // As wide as the list shows: its line follows it, and would keep it wide when a scroll bar takes room.
    setPrefWidth(0);
    pictures.addListener(new WeakMapChangeListener<>(listener));
  }

  private static HBox row(Label first, Label last) {
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox row = new HBox(8, first, space, last);
    row.setAlignment(Pos.CENTER_LEFT);
    return row;
  }

  private void onPicture(MapChangeListener.Change<? extends Integer, ? extends SamplePicture> change) {
    if (getItem() != null && change.getKey() == getItem().sample()) {
      picture.show(Optional.ofNullable(change.getValueAdded()));
    }
  }

  @Override
  protected void updateItem(@Nullable SampleLine item, boolean empty) {
    super.updateItem(item, empty);
    if (empty || item == null) {
      setGraphic(null);
      setAccessibleText("");
      return;
    }
    title.setText(item.title());
    mark.setText(item.mark());
    mark.pseudoClassStateChanged(HARMFUL, item.harmful());
    text.setText(item.text());
    detail.setText(item.detail());
    picture.show(Optional.ofNullable(pictures.get(item.sample())));
    setAccessibleText(String.join(", ", item.title(), item.mark(), item.text(), item.detail()));
    setGraphic(line);
  }
}
