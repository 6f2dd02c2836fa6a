package io.bitloupe.ui.search;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.Algorithm;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Choice;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.collections.ListChangeListener;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.VBox;

/** The fields of a {@link SearchForm}, and an editor of the hardware profile that is chosen. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
final class SearchFormView {

  private final SearchViewModel viewModel;
  private final SearchForm form;
  private final Supplier<Optional<Path>> chooseFile;
  private final Parent root;

  @FXML private TextField lost;
  @FXML private TextField kilobytes;
  @FXML private TextField megaBitOps;
  @FXML private TextField microjoules;
  @FXML private TextField milliseconds;
  @FXML private ComboBox<Hardware> hardware;
  @FXML private Button file;
  @FXML private ToggleButton edit;
  @FXML private TextField widths;
  @FXML private CheckBox activations;
  @FXML private TextField tied;
  @FXML private ComboBox<Algorithm> algorithm;
  @FXML private VBox editor;
  @FXML private TextArea profile;
  @FXML private Button use;
  @FXML private Label problem;

  /**
   * Shows the form of {@code viewModel}.
   *
   * @param chooseFile asks the user for a profile or a table of times
   */
  SearchFormView(SearchViewModel viewModel, Supplier<Optional<Path>> chooseFile) {
    this.viewModel = viewModel;
    form = viewModel.form();
    this.chooseFile = chooseFile;
    root = Fxml.load(this);
  }

  Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    lost.textProperty().bindBidirectional(form.lostProperty());
    kilobytes.textProperty().bindBidirectional(form.kilobytesProperty());
    megaBitOps.textProperty().bindBidirectional(form.megaBitOpsProperty());
    microjoules.textProperty().bindBidirectional(form.microjoulesProperty());
    milliseconds.textProperty().bindBidirectional(form.millisecondsProperty());
    widths.textProperty().bindBidirectional(form.widthsProperty());
    tied.textProperty().bindBidirectional(form.tiedProperty());
    activations.selectedProperty().bindBidirectional(form.activationsProperty());
    Choice.prepare(
        algorithm, List.of(Algorithm.values()), it -> Messages.get("search.algorithm." + it.name()), form.algorithmProperty()::set);
    form.algorithmProperty().subscribe(it -> Choice.show(algorithm, Optional.of(it)));
    Choice.prepare(hardware, form.offered(), Hardware::title, form.hardwareProperty()::set);
    form.offered()
        .addListener(
            (ListChangeListener<Hardware>) _ -> {
              hardware.getItems().setAll(form.offered());
              Choice.show(hardware, Optional.of(form.hardwareProperty().get()));
            });
    form.hardwareProperty().subscribe(this::showHardware);
    file.setOnAction(_ -> chooseFile.get().ifPresent(this::read));
    edit.selectedProperty().subscribe(_ -> showEditor());
    use.setOnAction(_ -> attempt(() -> form.edit(profile.getText())));
    say("");
    viewModel.offerProfiles();
  }

  private void read(Path path) {
    say("");
    viewModel.readHardware(path, this::say);
  }

  private void showHardware(Hardware chosen) {
    Choice.show(hardware, Optional.of(chosen));
    edit.setDisable(form.profile().isEmpty());
    if (edit.isDisabled()) {
      edit.setSelected(false);
    }
    showEditor();
  }

  private void showEditor() {
    Hidden.show(editor, edit.isSelected());
    profile.setText(form.profile().orElse(""));
  }

  private void attempt(Runnable change) {
    try {
      say("");
      change.run();
    } catch (InvalidInputException refused) {
      say(Optional.ofNullable(refused.getMessage()).orElse(""));
    }
  }

  private void say(String sentence) {
    problem.setText(sentence);
    Hidden.show(problem, !sentence.isEmpty());
  }
}
