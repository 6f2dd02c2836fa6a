package io.bitloupe.ui.history;

import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.geometry.Orientation;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuItem;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The strip of history cards. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class HistoryView {
  private static final PseudoClass COMPACT = PseudoClass.getPseudoClass("compact");
  private static final PseudoClass CURRENT = PseudoClass.getPseudoClass("current");

  private final HistoryViewModel viewModel;
  private StripScale scale = StripScale.of(List.of());
  private final Parent root;

  @FXML private VBox head;
  @FXML private HBox compactBox;
  @FXML private Button compactUndo;
  @FXML private Button compactRedo;
  @FXML private Label lineNumber;
  @FXML private Label lineTitle;
  @FXML private Label lineFigures;
  @FXML private Label compactCount;
  @FXML private Label count;
  @FXML private Button undo;
  @FXML private Button redo;
  @FXML private Button branch;
  @FXML private ListView<HistoryCard> list;

  /** Shows {@code viewModel}. */
  public HistoryView(HistoryViewModel viewModel) {
    this.viewModel = viewModel;
    root = Fxml.load(this);
  }

  /** The strip. */
  public Parent root() {
    return root;
  }

  /** Shows the current step on one line instead of all cards. */
  public void setCompact(boolean compact) {
    Hidden.show(list, !compact);
    Hidden.show(head, !compact);
    Hidden.show(compactBox, compact);
    root.pseudoClassStateChanged(COMPACT, compact);
  }

  @FXML
  private void initialize() {
    count.textProperty().bind(viewModel.countProperty());
    compactCount.textProperty().bind(viewModel.countProperty());
    for (Button button : new Button[] {undo, compactUndo}) {
      button.disableProperty().bind(viewModel.canUndoProperty().not());
      button.setTooltip(new Tooltip());
      button.getTooltip().textProperty().bind(viewModel.undoTextProperty());
      button.setOnAction(_ -> viewModel.undo());
    }
    for (Button button : new Button[] {redo, compactRedo}) {
      button.disableProperty().bind(viewModel.canRedoProperty().not());
      button.setTooltip(new Tooltip());
      button.getTooltip().textProperty().bind(viewModel.redoTextProperty());
      button.setOnAction(_ -> viewModel.redo());
    }
    branch.setOnAction(_ -> viewModel.branchHere());
    branch.setTooltip(new Tooltip(Messages.get("history.branchHere")));
    list.setOrientation(Orientation.HORIZONTAL);
    list.setItems(viewModel.cards());
    list.setCellFactory(_ -> new Cell());
    list.setOnKeyPressed(
        event -> {
          HistoryCard selected = list.getSelectionModel().getSelectedItem();
          if (selected != null && (event.getCode() == KeyCode.ENTER || event.getCode() == KeyCode.SPACE)) {
            viewModel.jumpTo(selected.number());
            event.consume();
          }
        });
    list.setContextMenu(
        new ContextMenu(
            item("history.load", viewModel::jumpTo),
            item("compare.withCurrent", viewModel::compare),
            item("tradeoff.branch", viewModel::branch)));
    viewModel.cards().addListener((ListChangeListener<HistoryCard>) _ -> reveal());
  }

  /** What can be done with the selected step, which a click of any button selects. */
  private MenuItem item(String key, IntConsumer action) {
    MenuItem item = new MenuItem(Messages.get(key));
    item.setOnAction(_ -> Optional.ofNullable(list.getSelectionModel().getSelectedItem()).ifPresent(card -> action.accept(card.number())));
    return item;
  }

  private void reveal() {
    StripScale now = StripScale.of(viewModel.cards());
    if (!now.equals(scale)) {
      scale = now;
      list.refresh();
    }
    OptionalInt current = OptionalInt.empty();
    for (HistoryCard card : viewModel.cards()) {
      current = card.current() ? OptionalInt.of(card.number() - 1) : current;
    }
    current.ifPresent(index -> showLine(viewModel.cards().get(index)));
    if (current.isPresent() && current.getAsInt() != list.getSelectionModel().getSelectedIndex()) {
      list.getSelectionModel().clearAndSelect(current.getAsInt());
      list.scrollTo(current.getAsInt());
    }
  }

  private void showLine(HistoryCard card) {
    lineNumber.setText(Messages.get("history.step", card.number()));
    lineTitle.setText(card.title());
    lineFigures.setText(card.figuresText());
  }

  private final class Cell extends ListCell<HistoryCard> {
    private final Label number = new Label();
    private final Label branch = new Label();
    private final Label time = new Label();
    private final Label title = new Label();
    private final IntervalStrip strip = new IntervalStrip();
    private final Label value = new Label();
    private final Label bytes = new Label();
    private final Label milliseconds = new Label();
    private final ProgressBar progress = new ProgressBar();
    private final VBox card = new VBox();
    private final Tooltip tip = new Tooltip();

    Cell() {
      getStyleClass().add("history-cell");
      card.getStyleClass().add("history-card");
      number.getStyleClass().addAll("secondary", "card-number");
      branch.getStyleClass().add("secondary");
      time.getStyleClass().add("secondary");
      title.getStyleClass().add("strong");
      title.setTextOverrun(OverrunStyle.ELLIPSIS);
      for (Label figure : new Label[] {value, bytes, milliseconds}) {
        figure.getStyleClass().add("number");
        figure.setMinWidth(Region.USE_PREF_SIZE);
      }
      progress.getStyleClass().add("thin");
      progress.setMaxWidth(Double.MAX_VALUE);
      card.getChildren().addAll(row(number, branch, time), title, strip, row(value, bytes, milliseconds), progress);
      card.setOnMouseClicked(
          event -> {
            if (getItem() != null && event.getButton() == MouseButton.PRIMARY) {
              viewModel.jumpTo(getItem().number());
            }
          });
    }

    private static HBox row(Label first, Label second, Label third) {
      Region left = new Region();
      Region right = new Region();
      HBox.setHgrow(left, Priority.ALWAYS);
      HBox.setHgrow(right, Priority.ALWAYS);
      return new HBox(first, left, second, right, third);
    }

    @Override
    protected void updateItem(@Nullable HistoryCard item, boolean empty) {
      super.updateItem(item, empty);
      if (empty || item == null) {
        setGraphic(null);
        return;
      }
      number.setText(Integer.toString(item.number()));
      branch.setText(item.branch().map(parent -> Messages.get("history.from", parent)).orElse(""));
      time.setText(item.time());
      title.setText(item.title());
      tip.setText(Messages.get("history.tip", item.title(), item.figuresText()));
      setTooltip(tip);
      value.setText(item.valueText());
      bytes.setText(item.sizeText());
      milliseconds.setText(item.latencyText());
      strip.show(item, scale);
      progress.setVisible(item.running());
      progress.setProgress(item.share());
      card.pseudoClassStateChanged(CURRENT, item.current());
      setAccessibleText(Messages.get("history.accessible", item.number(), item.title(), value.getText()));
      setGraphic(card);
    }
  }
}
