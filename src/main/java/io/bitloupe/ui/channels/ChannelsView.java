package io.bitloupe.ui.channels;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.quant.Granularity;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.view.Fxml;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.view.WholeParts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.geometry.HPos;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The Channels tab. */
@SuppressWarnings("NullAway.Init") // FXML fills the fields
public final class ChannelsView {
  private static final PseudoClass CHOSEN = PseudoClass.getPseudoClass("chosen");
  private static final List<String> HEADINGS = List.of("scale", "zeros", "codes", "sqnr", "sqnrMedian");
  private static final int FIGURES = HEADINGS.size() + 1;
  /** Pixels that the smallest and the largest scale take. */
  private static final double SPAN = 140;
  /** Pixels that an accuracy with its step takes. */
  private static final double ACCURACY = 110;

  private final ChannelsViewModel viewModel;
  private final Parent root;

  @FXML private Label title;
  @FXML private Label subtitle;
  private WholeParts details;
  @FXML private ToggleButton byRange;
  @FXML private ToggleButton byNumber;
  @FXML private GridPane table;
  @FXML private ChannelRangesChart ranges;
  @FXML private ChannelBitsChart bits;
  @FXML private RidgelineChart ridgeline;
  @FXML private HBox content;
  @FXML private VBox empty;
  @FXML private Label emptySentence;
  @FXML private Region progress;
  private final Label accuracyHeading = new Label();
  private final VariantRow tensorRow = new VariantRow("tensor", Granularity.TENSOR);
  private final VariantRow channelRow = new VariantRow("channel", Granularity.CHANNEL);

  /** Shows {@code viewModel}; {@code onOpen} shows the weights of a channel. */
  public ChannelsView(ChannelsViewModel viewModel, IntConsumer onOpen) {
    this.viewModel = viewModel;
    root = Fxml.load(this);
    ranges.listen(onOpen);
  }

  /** The tab's content. */
  public Parent root() {
    return root;
  }

  @FXML
  private void initialize() {
    details = WholeParts.on(subtitle, Messages.get("list.separator"));
    byRange.setOnAction(_ -> sort(true));
    byNumber.setOnAction(_ -> sort(false));
    prepareTable();
    viewModel.analysisProperty().subscribe(_ -> show());
    viewModel.changesProperty().subscribe(_ -> showTable());
    viewModel.sortedByRangeProperty().subscribe(_ -> show());
    viewModel.busyProperty().subscribe(busy -> progress.setVisible(busy));
  }

  private void sort(boolean range) {
    viewModel.sortedByRangeProperty().set(range);
    byRange.setSelected(range);
    byNumber.setSelected(!range);
  }

  private void prepareTable() {
    table.getColumnConstraints().add(new ColumnConstraints(170, 210, Double.MAX_VALUE, Priority.ALWAYS, HPos.LEFT, true));
    for (int i = 0; i < FIGURES; i++) {
      Label heading = i == FIGURES - 1 ? accuracyHeading : new Label(Messages.get("channels.heading." + HEADINGS.get(i)));
      heading.getStyleClass().add("secondary");
      heading.setMinWidth(Region.USE_PREF_SIZE);
      table.add(heading, i + 1, 0);
      double least = i == 0 ? SPAN : i == FIGURES - 1 ? ACCURACY : 60;
      table.getColumnConstraints()
          .add(new ColumnConstraints(least, Math.max(least, 110), Double.MAX_VALUE, Priority.SOMETIMES, HPos.RIGHT, false));
    }
    tensorRow.addTo(table, 1);
    channelRow.addTo(table, 2);
  }

  private void show() {
    Optional<ChannelAnalysis> analysis = viewModel.analysisProperty().get();
    boolean byRangeNow = viewModel.sortedByRangeProperty().get();
    List<ChannelAnalysis.Channel> channels = analysis.map(ChannelAnalysis::channels).orElse(List.of());
    List<ChannelAnalysis.Channel> order =
        byRangeNow ? channels : channels.stream().sorted(Comparator.comparingInt(ChannelAnalysis.Channel::index)).toList();
    byRange.setSelected(byRangeNow);
    byNumber.setSelected(!byRangeNow);
    String title = Messages.get(byRangeNow ? "channels.axis.byRange" : "channels.axis");
    ranges.show(analysis, order, title);
    bits.show(analysis, order, title);
    ridgeline.show(analysis);
    showTable();
  }

  private void showTable() {
    title.setText(viewModel.title());
    details.setText(viewModel.subtitle());
    accuracyHeading.setText(Messages.get(viewModel.isLabelled() ? "channels.heading.top1" : "channels.heading.agreement"));
    Optional<String> sentence = viewModel.emptySentence();
    Hidden.show(empty, sentence.isPresent());
    Hidden.show(content, sentence.isEmpty());
    Hidden.show(table, sentence.isEmpty());
    emptySentence.setText(sentence.orElse(""));
    Optional<ChannelAnalysis> analysis = viewModel.analysisProperty().get();
    tensorRow.show(analysis.map(ChannelAnalysis::tensor), analysis, viewModel.isPerTensor());
    channelRow.show(analysis.map(ChannelAnalysis::separate), analysis, viewModel.isPerChannel());
  }

  /** A row of the small table: one way to share scales. */
  private final class VariantRow {
    private final Granularity granularity;
    private final Button name;
    private final Label[] figures = new Label[FIGURES];
    private final Region background = new Region();

    VariantRow(String style, Granularity granularity) {
      this.granularity = granularity;
      Region swatch = new Region();
      swatch.getStyleClass().addAll("swatch", style);
      name = new Button(Messages.get("channels.row." + style), swatch);
      name.getStyleClass().addAll("flat", "row-button");
      name.setId("choose-" + style);
      name.setOnAction(_ -> viewModel.choose(granularity));
      background.getStyleClass().add("variant-row");
      for (int i = 0; i < FIGURES; i++) {
        figures[i] = new Label();
        figures[i].getStyleClass().add("number");
        figures[i].setMinWidth(Region.USE_PREF_SIZE);
      }
    }

    void addTo(GridPane grid, int row) {
      grid.add(background, 0, row, FIGURES + 1, 1);
      grid.add(name, 0, row);
      for (int i = 0; i < FIGURES; i++) {
        grid.add(figures[i], i + 1, row);
      }
    }

    void show(Optional<ChannelAnalysis.Variant> variant, Optional<ChannelAnalysis> analysis, boolean chosen) {
      background.pseudoClassStateChanged(CHOSEN, chosen);
      name.pseudoClassStateChanged(CHOSEN, chosen);
      if (variant.isEmpty() || analysis.isEmpty()) {
        for (Label figure : figures) {
          figure.setText(Figures.UNKNOWN);
        }
        return;
      }
      ChannelAnalysis.Variant it = variant.get();
      String least = Figures.significant(it.leastScale());
      String greatest = Figures.significant(it.greatestScale());
      figures[0].setText(least.equals(greatest) ? least : Messages.get("range.span", least, greatest));
      figures[1].setText(Figures.percent(it.zeroShare(), 1));
      int codes = analysis.get().format().codes();
      figures[2].setText(Messages.get("channels.codesOf", Figures.fixed(it.medianCodes(), 0), codes));
      showSqnr(figures[3], it.sqnrDb());
      showSqnr(figures[4], it.medianSqnrDb());
      Optional<HistoryStep> step = viewModel.measuredWith(granularity);
      figures[5].setText(
          step.map(
                  measured ->
                      Messages.get(
                          "channels.measured",
                          Figures.percent(measured.measured().map(Evaluation::quality).orElseThrow().headline(), 1),
                          measured.number()))
              .orElse(Messages.get("channels.notMeasured")));
    }

    private static void showSqnr(Label figure, double decibels) {
      figure.setText(Figures.decibels(decibels));
      figure.setTooltip(Figures.whyExact(OptionalDouble.of(decibels)).map(Tooltip::new).orElse(null));
    }
  }
}
