package io.bitloupe.ui.shell;

import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.search.Remedies;
import io.bitloupe.ui.arithmetic.ArithmeticView;
import io.bitloupe.ui.arithmetic.ArithmeticViewModel;
import io.bitloupe.ui.channels.ChannelsView;
import io.bitloupe.ui.channels.ChannelsViewModel;
import io.bitloupe.ui.compare.CompareView;
import io.bitloupe.ui.compare.CompareViewModel;
import io.bitloupe.ui.deploy.Checking;
import io.bitloupe.ui.deploy.DeployView;
import io.bitloupe.ui.deploy.DeployViewModel;
import io.bitloupe.ui.distribution.DistributionView;
import io.bitloupe.ui.distribution.DistributionViewModel;
import io.bitloupe.ui.distribution.TensorSide;
import io.bitloupe.ui.graph.GraphView;
import io.bitloupe.ui.graph.GraphViewModel;
import io.bitloupe.ui.history.HistoryView;
import io.bitloupe.ui.history.HistoryViewModel;
import io.bitloupe.ui.layers.LayersView;
import io.bitloupe.ui.layers.LayersViewModel;
import io.bitloupe.ui.methods.MethodsView;
import io.bitloupe.ui.methods.MethodsViewModel;
import io.bitloupe.ui.samples.SamplesView;
import io.bitloupe.ui.samples.SamplesViewModel;
import io.bitloupe.ui.search.RemediesViewModel;
import io.bitloupe.ui.search.SearchForm;
import io.bitloupe.ui.search.SearchView;
import io.bitloupe.ui.search.SearchViewModel;
import io.bitloupe.ui.search.Searching;
import io.bitloupe.ui.search.Sensing;
import io.bitloupe.ui.search.SensitivityViewModel;
import io.bitloupe.ui.tradeoff.TradeoffView;
import io.bitloupe.ui.tradeoff.TradeoffViewModel;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.SpeedTimer;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntConsumer;
import javafx.scene.Parent;
import javafx.scene.control.TabPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;

/** What shows a model: layer table, the views in the centre, trade-off charts and history. Made when the first model is open. */
final class WorkArea {
  private static final double LEAST_CENTRE = 420;

  /** Beside a window one core is left to it. */
  private static final int THREADS = LocalEngine.threadsBesideWindow();

  private static final Remedies REMEDIES = new Remedies(1_000, THREADS, LocalEngine.activationBytesBesideWindow());

  private final BorderPane root = new BorderPane();
  private final LayersView layers;
  private final TradeoffView tradeoff;
  private final HistoryView history;
  private final DistributionViewModel distribution;
  private final SearchViewModel search;
  private final SensitivityViewModel sensitivity;
  private final RemediesViewModel remedies;
  private final MethodsViewModel methods;
  private final DeployViewModel deploy;
  private final CentreTabs tabs = new CentreTabs();
  private final Panes panes;

  /** What the area asks of the window around it. */
  interface Around extends TradeoffView.Pictures {

    /** Lets the user choose data. */
    void chooseData();

    /** Lets the user choose a hardware profile or a table of latencies; empty where they choose none. */
    Optional<Path> chooseHardware();
  }

  WorkArea(ShellServices services, HistoryViewModel historyModel, Around around) {
    Workspace workspace = services.workspace();
    layers = new LayersView(new LayersViewModel(workspace), services.preferences(), this::measureForLayers);
    SpeedTimer timer = new SpeedTimer(workspace);
    tradeoff = new TradeoffView(new TradeoffViewModel(workspace, timer), workspace.tasks(), around::chooseData, around);
    history = new HistoryView(historyModel);
    distribution = new DistributionViewModel(workspace);
    SearchForm form = new SearchForm();
    search = new SearchViewModel(workspace, Searching.onThisMachine(workspace.engine(), services.runs(), THREADS), form);
    sensitivity =
        new SensitivityViewModel(
            workspace, Sensing.onThisMachine(workspace.engine(), services.runs(), REMEDIES.samples(), THREADS), form);
    remedies =
        new RemediesViewModel(
            workspace,
            (workbench, config, layer, progress) ->
                REMEDIES.of(SweepBase.of(workspace.engine(), workbench, config, progress.silent()), layer, progress));
    methods = new MethodsViewModel(workspace, MethodsViewModel.onThisMachine(THREADS));
    deploy = new DeployViewModel(workspace, Checking.onThisMachine(workspace.engine()), timer);
    addTabs(workspace, around);
    StackPane centre = new StackPane(tabs.pane());
    centre.setMinWidth(LEAST_CENTRE);
    panes = new Panes(root, layers, centre, tradeoff.root(), history, services);
    tabs.follow(tab -> panes.setRoom(tab.room()));
    workspace.comparandsProperty().subscribe(
        chosen -> {
          if (!chosen.equals(Comparands.NONE)) {
            tabs.show(CentreTab.COMPARE);
          }
        });
  }

  private void addTabs(Workspace workspace, Around around) {
    Runnable chooseData = around::chooseData;
    tabs.add(CentreTab.DISTRIBUTION, () -> new DistributionView(distribution, chooseData).root(), distribution.activeProperty());
    ChannelsViewModel channels = new ChannelsViewModel(workspace);
    tabs.add(CentreTab.CHANNELS, () -> new ChannelsView(channels, this::showChannel).root(), channels.activeProperty());
    GraphViewModel graph = new GraphViewModel(workspace);
    tabs.add(CentreTab.GRAPH, () -> new GraphView(graph, this::measureForLayers).root(), graph.activeProperty());
    ArithmeticViewModel arithmetic = new ArithmeticViewModel(workspace, new Random());
    IntConsumer follow =
        sample -> {
          arithmetic.setSample(sample);
          show(CentreTab.ARITHMETIC);
        };
    SamplesViewModel samples = new SamplesViewModel(workspace);
    tabs.add(CentreTab.SAMPLES, () -> new SamplesView(samples, chooseData, follow).root(), samples.activeProperty());
    tabs.add(CentreTab.ARITHMETIC, () -> new ArithmeticView(arithmetic, chooseData).root(), arithmetic.activeProperty());
    CompareViewModel compare = new CompareViewModel(workspace);
    tabs.add(CentreTab.COMPARE, () -> new CompareView(compare).root(), compare.activeProperty());
    tabs.add(CentreTab.SEARCH, () -> new SearchView(search, sensitivity, remedies, around::chooseHardware).root());
    tabs.add(CentreTab.METHODS, () -> new MethodsView(methods).root());
    tabs.add(CentreTab.DEPLOY, () -> new DeployView(deploy).root());
  }

  /** Measures what would help the selected layer, where that is shown. */
  void askForHelp() {
    tabs.show(CentreTab.SEARCH);
    remedies.askSelected();
  }

  /** Layer table, centre and charts. */
  Parent root() {
    return root;
  }

  /** The strip of steps. */
  Parent history() {
    return history.root();
  }

  LayersView layers() {
    return layers;
  }

  TradeoffView tradeoff() {
    return tradeoff;
  }

  TabPane tabs() {
    return tabs.pane();
  }

  Panes panes() {
    return panes;
  }

  /** The view in front. */
  CentreTab front() {
    return CentreTab.values()[Math.max(0, tabs.pane().getSelectionModel().getSelectedIndex())];
  }

  /** Brings what the Distribution tab shows to the front. */
  DistributionViewModel distribution() {
    show(CentreTab.DISTRIBUTION);
    return distribution;
  }

  /** Shows the weights of one channel of the selected layer. */
  private void showChannel(int channel) {
    distribution().sideProperty().set(TensorSide.WEIGHTS);
    distribution.channelProperty().set(OptionalInt.of(channel));
  }

  /** Looks for the smallest widths, where that does not go on yet. */
  void startSearch() {
    show(CentreTab.SEARCH);
    if (!search.runningProperty().get()) {
      search.start();
    }
  }

  /** Measures what each layer loses at each width, where that does not go on yet. */
  void startSensitivity() {
    show(CentreTab.SEARCH);
    if (!sensitivity.runningProperty().get()) {
      sensitivity.start();
    }
  }

  /** Measures again what the layer table and the graph show. */
  private void measureForLayers() {
    sensitivity.startForLayers();
  }

  /** Tries the recipes that were written down, where that does not go on yet. */
  void startTrials() {
    show(CentreTab.METHODS);
    if (!methods.runningProperty().get()) {
      methods.start();
    }
  }

  /** Compares the exported file with the integer runtime, where that does not go on yet. */
  void startCheck() {
    show(CentreTab.DEPLOY);
    if (!deploy.runningProperty().get()) {
      deploy.toggle();
    }
  }

  /** Times the exported file beside float, where that does not go on yet. */
  void startTiming() {
    show(CentreTab.DEPLOY);
    if (deploy.canTime() && !deploy.timingProperty().get()) {
      deploy.toggleTiming();
    }
  }

  /** Brings a view to the front. */
  void show(CentreTab tab) {
    tabs.show(tab);
  }
}
