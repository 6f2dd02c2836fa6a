package io.bitloupe.ui.shell;

import io.bitloupe.engine.Job;
import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.history.HistoryViewModel;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.status.StatusView;
import io.bitloupe.ui.status.StatusViewModel;
import io.bitloupe.ui.tradeoff.TradeoffView;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.ZoomPane;
import io.bitloupe.ui.workspace.Requests;
import io.bitloupe.ui.workspace.Workspace;
import java.io.File;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuButton;
import javafx.scene.control.TabPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.SVGPath;
import javafx.stage.Window;

/** The main window: menu, toolbar, headline numbers, the three panes, history and status. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class ShellView {
  private static final PseudoClass DROPPING = PseudoClass.getPseudoClass("dropping");
  private static final String MOON = "M11.5 8.2A5 5 0 0 1 5.3 2 5.2 5.2 0 1 0 11.5 8.2Z";
  private static final String SUN =
      "M7 4.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 1 1 0-5.6 M7 0.8v1.6 M7 11.6v1.6 M0.8 7h1.6 M11.6 7h1.6 "
          + "M2.6 2.6l1.1 1.1 M10.3 10.3l1.1 1.1 M11.4 2.6l-1.1 1.1 M3.7 10.3l-1.1 1.1";
  private static final double VERY_NARROW = 1180;
  private static final double PALETTE_BUTTON = 190;
  private static final String PLAY = "M2.5 1.5L10.5 6L2.5 10.5Z";
  private static final String STOP = "M2 2h8v8H2Z";

  private final ShellServices services;
  private final Workspace workspace;
  private final FileActions files;
  private final MainMenu menu;
  private final Overlay overlay = new Overlay();
  private final ZoomPane frame;
  private final HistoryViewModel historyModel;
  private final HeadlineViewModel headlineModel;
  private final SessionMenu sessions;
  private final Parent root;
  private final List<Tooltip> tooltips = List.of(new Tooltip(), new Tooltip(), new Tooltip(), new Tooltip());
  private Optional<WorkArea> work = Optional.empty();

  @FXML private MenuBar menuBar;
  @FXML private Label modelTitle;
  @FXML private Label dataTitle;
  @FXML private Button themeButton;
  @FXML private SVGPath themeIcon;
  @FXML private Button paletteButton;
  @FXML private Button helpButton;
  @FXML private MenuButton openButton;
  @FXML private Button calibrateButton;
  @FXML private Button runButton;
  @FXML private SVGPath runIcon;
  @FXML private MenuButton exportButton;
  @FXML private Button undoButton;
  @FXML private Button redoButton;
  @FXML private Label defaultsLabel;
  @FXML private MenuButton defaultsButton;
  @FXML private HBox headlines;
  @FXML private NoticeStrip notice;
  @FXML private StackPane main;
  @FXML private VBox welcome;
  @FXML private Button welcomeOpen;
  @FXML private FlowPane welcomeSamples;
  @FXML private Label welcomeSamplesLabel;
  @FXML private Label welcomeSessionsLabel;
  @FXML private VBox welcomeSessions;
  @FXML private StackPane historyBox;
  @FXML private StackPane statusBox;

  /** Builds the window's content. */
  public ShellView(ShellServices services) {
    this.services = services;
    workspace = services.workspace();
    historyModel = new HistoryViewModel(workspace, ZoneId.systemDefault());
    headlineModel = new HeadlineViewModel(workspace);
    sessions = new SessionMenu(workspace, services.sessions(), services.preferences());
    files = new FileActions(services, sessions, this::window);
    menu = new MainMenu(services, historyModel, files, this::work, commandsOfWindow());
    root = Fxml.load(this);
    frame = new ZoomPane(new StackPane(root, overlay));
    for (int i = 0; i < tooltips.size(); i++) {
      Tooltip.install(headlines.getChildren().get(i), tooltips.get(i));
    }
    services.zoom().percentProperty().subscribe(_ -> setFactor(services.zoom().factor()));
    frame.widthProperty().subscribe(_ -> fit());
    headlineModel.headlinesProperty().subscribe(this::showHeadlines);
    ZoomKeys.install(frame, services.zoom());
    services.zoom().percentProperty().subscribe(_ -> fit());
    prepareDrop();
    menu.fill(menuBar, openButton, exportButton, sessions);
    workspace.layers().setPinStore(new PinSettings(services.preferences()));
    workspace.setRequests(
        new Requests() {
          @Override
          public void chooseModel() {
            files.chooseModel();
          }

          @Override
          public void chooseData() {
            files.chooseDataFile();
          }
        });
  }

  private void setFactor(double factor) {
    frame.setFactor(factor);
    services.theme().setPopupFactor(factor);
  }

  /** Shows only the icons of some buttons where the window is narrow, and where it is very narrow only figures. */
  private void fit() {
    double width = shownWidth();
    boolean narrow = Panes.isNarrow(width);
    showHeadlines(headlineModel.headlinesProperty().get());
    paletteButton.setContentDisplay(width >= VERY_NARROW ? ContentDisplay.LEFT : ContentDisplay.GRAPHIC_ONLY);
    paletteButton.setPrefWidth(width >= VERY_NARROW ? PALETTE_BUTTON : Region.USE_COMPUTED_SIZE);
    Hidden.show(dataTitle, width >= VERY_NARROW);
    paletteButton.setAccessibleText(Messages.get("command.palette"));
    for (Labeled button : List.of(calibrateButton, exportButton)) {
      button.setContentDisplay(narrow ? ContentDisplay.GRAPHIC_ONLY : ContentDisplay.LEFT);
    }
    Hidden.show(defaultsLabel, !narrow);
  }

  /** Width in the units of the window's content, which the zoom makes larger. */
  private double shownWidth() {
    return frame.getWidth() / services.zoom().factor();
  }

  /** The window's content. */
  public Parent root() {
    return frame;
  }

  /** The right pane, for tests. */
  public TradeoffView tradeoff() {
    return work().tradeoff();
  }

  /** The tabs of the centre. */
  public TabPane tabs() {
    return work().tabs();
  }

  /** What shows the model, made when it is first asked for: the window is there sooner without it. */
  private WorkArea work() {
    WorkArea area = work.orElseGet(() -> new WorkArea(services, historyModel, around()));
    if (work.isEmpty()) {
      work = Optional.of(area);
      main.getChildren().setAll(area.root());
      historyBox.getChildren().setAll(area.history());
    }
    return area;
  }

  @FXML
  private void initialize() {
    StatusView status = new StatusView(new StatusViewModel(workspace, services.kernel()));
    statusBox.getChildren().add(status.root());
    notice.follow(workspace);
    prepareToolbar();
    prepareWelcome();
    workspace.modelProperty().subscribe(model -> showModel(model.isPresent()));
    workspace.dataProperty().subscribe(_ -> showTitles());
    services.theme().darkProperty().subscribe(dark -> themeIcon.setContent(dark ? SUN : MOON));
  }

  private void prepareToolbar() {
    new DefaultsMenu(defaultsButton, workspace);
    themeButton.setOnAction(_ -> services.theme().toggle());
    themeButton.setTooltip(new Tooltip(Messages.get("command.theme")));
    paletteButton.setOnAction(_ -> commandsOfWindow().showPalette());
    helpButton.setOnAction(_ -> commandsOfWindow().showHelp());
    helpButton.setTooltip(new Tooltip(Messages.get("command.help")));
    helpButton.disableProperty()
        .bind(Bindings.createBooleanBinding(() -> workspace.modelProperty().get().isEmpty(), workspace.modelProperty()));
    calibrateButton.setOnAction(_ -> workspace.calibrate());
    calibrateButton.disableProperty().bind(menu.cannotCalibrate());
    calibrateButton.setTooltip(new Tooltip(Messages.get("toolbar.calibrate.help")));
    runButton.setOnAction(_ -> runOrStop());
    runButton.disableProperty()
        .bind(Bindings.createBooleanBinding(() -> workspace.workbenchProperty().get().isEmpty(), workspace.workbenchProperty()));
    workspace.runningStepProperty().subscribe(
        step -> {
          boolean running = step != 0;
          runButton.setText(Messages.get(running ? "toolbar.stop" : "toolbar.run"));
          runIcon.setContent(running ? STOP : PLAY);
        });
    undoButton.setOnAction(_ -> workspace.undo());
    redoButton.setOnAction(_ -> workspace.redo());
    undoButton.disableProperty().bind(historyModel.canUndoProperty().not());
    redoButton.disableProperty().bind(historyModel.canRedoProperty().not());
    undoButton.setTooltip(new Tooltip());
    redoButton.setTooltip(new Tooltip());
    undoButton.getTooltip().textProperty().bind(historyModel.undoTextProperty());
    redoButton.getTooltip().textProperty().bind(historyModel.redoTextProperty());
  }

  private void runOrStop() {
    if (workspace.runningStepProperty().get() != 0) {
      workspace.stop();
    } else {
      workspace.measure();
    }
  }

  private void prepareWelcome() {
    welcomeOpen.setOnAction(_ -> files.chooseModel());
    List<Path> models = services.samples().models();
    sessions.offer(welcomeSessionsLabel, welcomeSessions);
    Hidden.show(welcomeSamplesLabel, !models.isEmpty());
    for (Path model : models) {
      Hyperlink link = new Hyperlink(Samples.name(model));
      link.setId("sample-" + Samples.name(model));
      link.setOnAction(_ -> workspace.open(Optional.of(model), services.samples().data()));
      welcomeSamples.getChildren().add(link);
    }
  }

  private void prepareDrop() {
    root.setOnDragOver(this::onDragOver);
    root.setOnDragDropped(this::onDropped);
    root.setOnDragExited(_ -> root.pseudoClassStateChanged(DROPPING, false));
  }

  private void onDragOver(DragEvent event) {
    if (event.getDragboard().hasFiles()) {
      event.acceptTransferModes(TransferMode.COPY, TransferMode.LINK);
      root.pseudoClassStateChanged(DROPPING, true);
      event.consume();
    }
  }

  private void onDropped(DragEvent event) {
    root.pseudoClassStateChanged(DROPPING, false);
    if (event.getDragboard().hasFiles()) {
      drop(event.getDragboard().getFiles().stream().map(File::toPath).toList());
      event.setDropCompleted(true);
      event.consume();
    }
  }

  /** Opens dropped files: a session or a model by its ending, anything else as data. */
  public void drop(List<Path> dropped) {
    files.drop(dropped);
  }

  /** Writes the current configuration to {@code file}. */
  public void export(ExportKind kind, Path file) {
    files.export(kind, file);
  }

  /** Writes what was measured to {@code file}, as JSON or CSV by its ending. */
  public void exportMeasurements(Path file) {
    files.exportMeasurements(file);
  }

  private MainMenu.Window commandsOfWindow() {
    return new MainMenu.Window() {
      @Override
      public void quit() {
        window().hide();
      }

      @Override
      public void about() {
        ShellView.this.about();
      }

      @Override
      public void showPalette() {
        List<Command> all = new ArrayList<>(menu.commands());
        all.addAll(sessions.recentCommands());
        CommandPalette palette = new CommandPalette(all, overlay::close);
        overlay.open(palette, palette.field());
      }

      @Override
      public void showHelp() {
        HelpPage page = new HelpPage(HelpTopic.of(work().front()), overlay::close);
        overlay.open(page, page.closeButton());
      }
    };
  }

  private WorkArea.Around around() {
    return new WorkArea.Around() {
      @Override
      public void chooseData() {
        files.chooseDataFile();
      }

      @Override
      public Optional<Path> chooseHardware() {
        return files.chooseHardware();
      }

      @Override
      public Optional<Path> choose(String extension) {
        return files.choosePicture(extension);
      }

      @Override
      public boolean dark() {
        return services.theme().darkProperty().get();
      }
    };
  }

  private Window window() {
    return root.getScene().getWindow();
  }

  /** Choosing a kernel and asking ONNX Runtime its version can take a moment the first time. */
  private void about() {
    workspace
        .tasks()
        .run(
            new Job(Messages.get("command.about")),
            () -> AboutCard.facts(services.kernel()),
            facts -> {
              AboutCard card = new AboutCard(facts, overlay::close);
              overlay.open(card, card.closeButton());
            },
            failure -> workspace.report(failure, Optional.empty()));
  }

  /** Puts the focus where work begins: on the layer table, or on the button that opens a model. */
  public void focusStart() {
    if (workspace.modelProperty().get().isPresent()) {
      work().layers().focusTable();
    } else {
      welcomeOpen.requestFocus();
    }
  }

  private void showModel(boolean open) {
    if (open) {
      work();
    }
    Hidden.show(main, open);
    Hidden.show(welcome, !open);
    Hidden.show(historyBox, open);
    headlines.setVisible(open);
    showTitles();
    focusStart();
  }

  private void showTitles() {
    modelTitle.setText(workspace.modelProperty().get().map(model -> model.fileName()).orElse(Messages.get("app.name")));
    dataTitle.setText(
        workspace
            .dataProperty()
            .get()
            .map(data -> Messages.get("title.data", data.report().name(), data.calibration().size(), data.report().size()))
            .orElse(""));
  }

  private void showHeadlines(HeadlineViewModel.Headlines shown) {
    boolean detailed = shownWidth() >= VERY_NARROW;
    List<HeadlineViewModel.Headline> all = List.of(shown.accuracy(), shown.difference(), shown.size(), shown.latency());
    for (int i = 0; i < all.size(); i++) {
      VBox box = (VBox) headlines.getChildren().get(i);
      Label label = (Label) box.getChildren().getFirst();
      label.setText(detailed ? all.get(i).label() : all.get(i).shortLabel());
      tooltips.get(i).setText(all.get(i).tip());
      HBox row = (HBox) box.getChildren().get(1);
      ((Label) row.getChildren().getFirst()).setText(all.get(i).value());
      Label detail = (Label) row.getChildren().get(1);
      detail.setText(all.get(i).detail());
      Hidden.show(detail, detailed);
    }
  }
}
