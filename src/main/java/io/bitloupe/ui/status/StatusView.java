package io.bitloupe.ui.status;

import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;

/** The status bar. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class StatusView {
  private final StatusViewModel viewModel;
  private final Parent root;

  @FXML private Label state;
  @FXML private ProgressBar progress;
  @FXML private Label detail;
  @FXML private Button cancel;
  @FXML private Label runtime;
  @FXML private Label islands;
  @FXML private Label kernel;
  @FXML private Label memory;

  /** Shows {@code viewModel}. */
  public StatusView(StatusViewModel viewModel) {
    this.viewModel = viewModel;
    root = Fxml.load(this);
  }

  /** The bar. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    state.textProperty().bind(viewModel.stateProperty());
    progress.progressProperty().bind(viewModel.progressProperty());
    cancel.setOnAction(_ -> viewModel.cancel());
    viewModel.activityProperty().subscribe(
        activity -> {
          Hidden.show(progress, activity.isPresent());
          Hidden.show(cancel, activity.isPresent());
        });
    bind(detail, viewModel.detailProperty());
    bind(runtime, viewModel.runtimeProperty());
    bind(islands, viewModel.islandsProperty());
    bind(kernel, viewModel.kernelProperty());
    bind(memory, viewModel.memoryProperty());
    Tooltip names = new Tooltip();
    names.textProperty().bind(viewModel.islandNamesProperty());
    islands.setTooltip(names);
    Tooltip reason = new Tooltip();
    reason.textProperty().bind(viewModel.kernelReasonProperty());
    kernel.setTooltip(reason);
  }

  /** A label without text is left out: it would be higher than the bar, and what reaches over the window's edge repaints all of it. */
  private static void bind(Label label, ReadOnlyStringProperty text) {
    label.textProperty().bind(text);
    Hidden.bind(label, text.isNotEmpty());
  }
}
