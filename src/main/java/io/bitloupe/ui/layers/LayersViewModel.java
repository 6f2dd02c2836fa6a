package io.bitloupe.ui.layers;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.engine.WithoutData;
import io.bitloupe.model.Layer;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.view.BarLength;
import io.bitloupe.ui.workspace.Searched;
import io.bitloupe.ui.workspace.Selection;
import io.bitloupe.ui.workspace.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;

/** The layer table: rows, search and filter, and the edits of what is selected. */
public final class LayersViewModel {
  private final Workspace workspace;
  private final ConfigEdits edits;
  private final ObservableList<LayerRow> rows = FXCollections.observableArrayList();
  /** Kept, because a wrapper that nobody keeps is collected together with its listeners. */
  private final ObservableList<LayerRow> rowsView = FXCollections.unmodifiableObservableList(rows);
  private final FilteredList<LayerRow> visibleRows = new FilteredList<>(rows);
  private final StringProperty search = new SimpleStringProperty("");
  private final ObjectProperty<Set<LayerKind>> kinds = new SimpleObjectProperty<>(Set.of());
  private final ReadOnlyStringWrapper count = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper selectionTitle = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper selectionDetail = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper sensitivityStale = new ReadOnlyBooleanWrapper(false);
  /** The last figures of each tensor's layer, with the choices that they were measured under. */
  private final Map<Integer, Known> known = new HashMap<>();
  private double mostBytes = 1;
  private double mostMilliseconds = 1;

  /** Whether configurations that figures were measured under are the current one; most rows share theirs. */
  private final Map<QuantConfig, Boolean> compared = new IdentityHashMap<>();

  private record Known(Optional<TensorChoice> weight, QuantConfig config, LayerResult result) {}

  /** Follows {@code workspace}. */
  public LayersViewModel(Workspace workspace) {
    this.workspace = workspace;
    edits = new ConfigEdits(workspace.layers()::nameOf);
    workspace.modelProperty().subscribe(model -> reset(model));
    workspace.historyProperty().subscribe(_ -> update());
    workspace.dataPathProperty().subscribe(_ -> update());
    workspace.beforeDataProperty().subscribe(_ -> update());
    workspace.searchedProperty().subscribe(_ -> update());
    workspace.layers().selectionProperty().subscribe(_ -> describeSelection());
    workspace.layers().pinsProperty().subscribe(_ -> update());
    search.subscribe(_ -> filter());
    kinds.subscribe(_ -> filter());
  }

  /** Rows that pass search and filter. */
  public ObservableList<LayerRow> visibleRows() {
    return visibleRows;
  }

  /** All rows. */
  public ObservableList<LayerRow> rows() {
    return rowsView;
  }

  /** Text that a layer's name, operator or shape must contain. */
  public StringProperty searchProperty() {
    return search;
  }

  /** Kinds that are shown; all when empty. */
  public ObjectProperty<Set<LayerKind>> kindsProperty() {
    return kinds;
  }

  /** How many layers are shown. */
  public ReadOnlyStringProperty countProperty() {
    return count.getReadOnlyProperty();
  }

  /** Changes when a search finds something out. */
  public ReadOnlyObjectProperty<Searched> searchedProperty() {
    return workspace.searchedProperty();
  }

  /** Whether the sensitivities that are shown were measured in another configuration than the current one. */
  public ReadOnlyBooleanProperty sensitivityStaleProperty() {
    return sensitivityStale.getReadOnlyProperty();
  }

  /** What is selected. */
  public ReadOnlyStringProperty selectionTitleProperty() {
    return selectionTitle.getReadOnlyProperty();
  }

  /** Figures of what is selected. */
  public ReadOnlyStringProperty selectionDetailProperty() {
    return selectionDetail.getReadOnlyProperty();
  }

  /** The shared selection. */
  public ReadOnlyObjectProperty<Selection> selectionProperty() {
    return workspace.layers().selectionProperty();
  }

  /** The steps, for views that depend on the configuration. */
  public ReadOnlyObjectProperty<?> changesProperty() {
    return workspace.historyProperty();
  }

  /** Kinds of layers that the model has. */
  public List<LayerKind> presentKinds() {
    return rows.stream().map(row -> row.layer().kind()).distinct().sorted().toList();
  }

  /** Selects rows. */
  public void select(List<LayerRow> selected, Optional<LayerRow> lead) {
    List<Integer> indices = selected.stream().map(row -> row.layer().index()).toList();
    int leading = lead.map(row -> row.layer().index()).orElse(indices.isEmpty() ? -1 : indices.getFirst());
    workspace.layers().select(new Selection(indices, leading));
  }

  /** Whether an edit of the selection would reach any weights. */
  public boolean hasWeightsSelected() {
    return workspace.layers().selected().stream().anyMatch(layer -> layer.weight().isPresent());
  }

  /** Sets the bits of the selected layers' weights, 1 to 8. */
  public void setWeightBits(int bits) {
    edit(edits::weightBits, bits);
  }

  /** Sets the bits of the selected layers' outputs, 1 to 8 or 16. */
  public void setActivationBits(int bits) {
    edit(edits::activationBits, bits);
  }

  /** Sets the scheme of the selected weights. */
  public void setScheme(Scheme scheme) {
    edit(edits::weightScheme, scheme);
  }

  /** Sets the granularity of the selected weights. */
  public void setGranularity(Granularity granularity) {
    edit(edits::weightGranularity, granularity);
  }

  /** Sets the range method of the selected weights. */
  public void setRange(RangeMethod method) {
    edit(edits::weightRange, method);
  }

  /** Leaves the selected layers in float. */
  public void setFloat() {
    edit((layers, _) -> edits.toFloat(layers), true);
  }

  /** Gives the selected layers the defaults back. */
  public void reset() {
    edit((layers, _) -> edits.reset(layers), true);
  }

  /** Pins the selected layers, or unpins them where all of them are pinned. */
  public void togglePins() {
    workspace.layers().togglePins();
  }

  /** The pinned layers, for views that depend on them. */
  public ReadOnlyObjectProperty<?> pinsProperty() {
    return workspace.layers().pinsProperty();
  }

  /** Whether all selected layers are pinned. */
  public boolean isPinnedSelected() {
    List<Integer> selected = workspace.layers().selectionProperty().get().layers();
    return !selected.isEmpty() && workspace.layers().pinsProperty().get().layers().containsAll(selected);
  }

  /** What all selected weights have in common, seen through {@code view}. */
  public <T> Optional<T> commonWeight(Function<TensorChoice.Quantized, T> view) {
    Set<Optional<T>> values = new LinkedHashSet<>();
    selectedWeights().forEach(choice -> values.add(quantized(choice).map(view)));
    return values.size() == 1 ? values.iterator().next() : Optional.empty();
  }

  /** What stands in place of a choice that the selected weights do not have in common: why there is none. */
  public String insteadOfCommonWeight() {
    String mixed = Messages.get("choice.mixed");
    Set<String> reasons = new LinkedHashSet<>();
    selectedWeights().forEach(choice -> reasons.add(Terms.decidedBy(choice).orElse(mixed)));
    return reasons.isEmpty() ? Messages.get("choice.none") : reasons.size() == 1 ? reasons.iterator().next() : mixed;
  }

  /** {@link #insteadOfCommonWeight} for which weights share a scale, which number formats have too. */
  public String insteadOfCommonGranularity() {
    Set<Optional<Granularity>> groupings = new LinkedHashSet<>();
    selectedWeights().forEach(choice -> groupings.add(choice.grouping()));
    Optional<Granularity> common = groupings.size() == 1 ? groupings.iterator().next() : Optional.empty();
    return common.map(Terms::granularity).orElseGet(this::insteadOfCommonWeight);
  }

  private List<TensorChoice> selectedWeights() {
    QuantConfig config = workspace.config();
    return workspace.layers().selected().stream().flatMap(layer -> layer.weight().stream()).map(config::weightChoice).toList();
  }

  /** What all selected outputs have in common, seen through {@code view}. */
  public <T> Optional<T> commonActivation(Function<TensorChoice.Quantized, T> view) {
    QuantConfig config = workspace.config();
    Set<Optional<T>> values = new LinkedHashSet<>();
    for (Layer layer : workspace.layers().selected()) {
      values.add(quantized(config.activationChoice(layer.output())).map(view));
    }
    return values.size() == 1 ? values.iterator().next() : Optional.empty();
  }

  /** Whether all that is selected is in float. */
  public boolean isFloatSelected() {
    QuantConfig config = workspace.config();
    List<Layer> layers = workspace.layers().selected();
    return !layers.isEmpty()
        && layers.stream()
            .allMatch(
                layer ->
                    layer.weight().map(config::weightChoice).filter(choice -> !choice.equals(TensorChoice.FLOAT)).isEmpty()
                        && quantized(config.activationChoice(layer.output())).isEmpty());
  }

  private static Optional<TensorChoice.Quantized> quantized(TensorChoice choice) {
    return choice instanceof TensorChoice.Quantized quantized ? Optional.of(quantized) : Optional.empty();
  }

  private <T> void edit(BiFunction<List<Layer>, T, ConfigChange> change, T value) {
    List<Layer> layers = workspace.layers().selected();
    if (!layers.isEmpty()) {
      workspace.apply(change.apply(layers, value));
    }
  }

  private void reset(Optional<Model> model) {
    known.clear();
    compared.clear();
    kinds.set(Set.of());
    search.set("");
    QuantConfig config = workspace.config();
    rows.setAll(
        model.map(Model::layers).orElse(List.of()).stream()
            .map(layer -> new LayerRow(layer, workspace.layers().nameOf(layer), figures(layer, config))).toList());
    filter();
  }

  private void update() {
    remember();
    QuantConfig config = workspace.config();
    compared.clear();
    sensitivityStale.set(workspace.searchedProperty().get().isStale(config));
    rows.forEach(row -> row.update(figures(row.layer(), config)));
    describeSelection();
  }

  private void remember() {
    QuantConfig config = workspace.config();
    List<LayerResult> results =
        workspace
            .evaluation()
            .map(Evaluation::layers)
            .or(() -> workspace.beforeDataProperty().get().filter(it -> it.config().equals(config)).map(WithoutData.Report::layers))
            .orElse(List.of());
    if (results.size() == rows.size()) {
      for (int i = 0; i < results.size(); i++) {
        Optional<TensorChoice> weight = rows.get(i).layer().weight().map(config::weightChoice);
        known.put(i, new Known(weight, config, results.get(i)));
      }
      mostBytes = Math.max(1, results.stream().mapToLong(LayerResult::weightBytes).max().orElse(1));
      mostMilliseconds =
          results.stream().flatMapToDouble(result -> result.milliseconds().stream()).filter(time -> time > 0).max().orElse(1);
    }
  }

  private LayerFigures figures(Layer layer, QuantConfig config) {
    Optional<TensorChoice> weight = layer.weight().map(config::weightChoice);
    TensorChoice activation = config.activationChoice(layer.output());
    Optional<Known> measured = Optional.ofNullable(known.get(layer.index()));
    Optional<LayerResult> sameWeight = measured.filter(it -> it.weight().equals(weight)).map(Known::result);
    boolean current = measured.filter(it -> compared.computeIfAbsent(it.config(), config::equals)).isPresent();
    OptionalDouble milliseconds = measured.map(it -> it.result().milliseconds()).orElseGet(OptionalDouble::empty);
    return new LayerFigures(
        weight,
        activation,
        workspace.layers().pinsProperty().get().layers().contains(layer.index()),
        layer.weight().filter(tensor -> !config.weightChoice(tensor).equals(usualWeight(tensor, config))).isPresent(),
        !activation.equals(usualActivation(layer.output(), config)),
        sameWeight.map(it -> OptionalDouble.of(it.weightSqnrDb())).orElseGet(OptionalDouble::empty),
        measured.map(it -> it.result().outputSqnrDb()).orElseGet(OptionalDouble::empty),
        !current,
        sameWeight.map(it -> OptionalLong.of(it.weightBytes())).orElseGet(OptionalLong::empty),
        sameWeight.map(it -> OptionalDouble.of(BarLength.ofAmount((double) it.weightBytes(), mostBytes))).orElseGet(OptionalDouble::empty),
        milliseconds,
        milliseconds.isPresent() ? OptionalDouble.of(BarLength.ofAmount(milliseconds.getAsDouble(), mostMilliseconds)) : milliseconds,
        Optional.ofNullable(workspace.searchedProperty().get().losses().get(layer.name()))
            .map(OptionalDouble::of)
            .orElseGet(OptionalDouble::empty),
        sensitivityStale.get(),
        workspace.dataPathProperty().get().isPresent());
  }

  private TensorChoice usualWeight(String tensor, QuantConfig config) {
    return asInFile().map(file -> file.weightChoice(tensor)).orElse(config.weight());
  }

  private TensorChoice usualActivation(String tensor, QuantConfig config) {
    return asInFile().map(file -> file.activationChoice(tensor)).orElse(config.activation());
  }

  /** The first step of a model that came with choices for its tensors, which the defaults do not tell. */
  private Optional<QuantConfig> asInFile() {
    boolean quantized = workspace.modelProperty().get().filter(model -> !model.stored().isEmpty()).isPresent();
    return workspace.historyProperty().get().steps().stream().findFirst().filter(_ -> quantized).map(HistoryStep::config);
  }

  private void filter() {
    String wanted = search.get().strip().toLowerCase(Locale.ROOT);
    Set<LayerKind> shown = kinds.get();
    visibleRows.setPredicate(row -> (shown.isEmpty() || shown.contains(row.layer().kind())) && matches(row.layer(), wanted));
    int all = rows.size();
    int visible = visibleRows.size();
    count.set(
        visible == all
            ? Messages.get(all == 1 ? "layers.countOne" : "layers.count", all)
            : Messages.get("layers.countOf", visible, all));
  }

  private static boolean matches(Layer layer, String wanted) {
    return wanted.isEmpty()
        || layer.name().toLowerCase(Locale.ROOT).contains(wanted)
        || Terms.operator(layer).toLowerCase(Locale.ROOT).contains(wanted)
        || layer.kind().title().toLowerCase(Locale.ROOT).contains(wanted)
        || layer.weightShape().toString().contains(wanted);
  }

  private void describeSelection() {
    List<Layer> layers = workspace.layers().selected();
    if (layers.isEmpty()) {
      selectionTitle.set(Messages.get("layers.selectHint"));
      selectionDetail.set("");
      return;
    }
    long parameters = layers.stream().mapToLong(Layer::parameters).sum();
    long macs = layers.stream().mapToLong(Layer::macs).sum();
    List<String> parts = new ArrayList<>();
    if (layers.size() == 1) {
      Layer layer = layers.getFirst();
      selectionTitle.set(workspace.layers().nameOf(layer));
      parts.add(layer.weight().isPresent() ? layer.weightShape().toString() : Terms.operator(layer));
    } else {
      selectionTitle.set(Messages.get("layers.selected", layers.size()));
    }
    parts.add(Messages.get("layers.parameters", Figures.compact(parameters)));
    parts.add(Messages.get("layers.macs", Figures.compact(macs)));
    OptionalLong bytes = bytesOf(layers);
    bytes.ifPresent(sum -> parts.add(Figures.bytes(sum)));
    selectionDetail.set(String.join(Messages.get("list.separator"), parts));
  }

  private OptionalLong bytesOf(List<Layer> layers) {
    long sum = 0;
    for (Layer layer : layers) {
      OptionalLong bytes = rows.get(layer.index()).figures().bytes();
      if (bytes.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += bytes.getAsLong();
    }
    return OptionalLong.of(sum);
  }
}
