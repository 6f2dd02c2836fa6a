package io.bitloupe.ui.graph;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.engine.RuntimePlacement;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.workspace.Searched;
import io.bitloupe.ui.workspace.Selection;
import io.bitloupe.ui.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;

/** The network as a drawing: what is folded, what the colours tell, what is selected. The layout is made in the background. */
public final class GraphViewModel {
  /** Networks with more operators open folded. */
  private static final int FOLD_ABOVE = 60;

  /**
   * A drawing.
   *
   * @param diagram what is drawn
   * @param placement where
   */
  record Picture(Diagram diagram, Placement placement) {}

  private record PlaceKey(Workbench workbench, QuantConfig config) {}

  private final Workspace workspace;
  private final LatestTask drawing;
  private final LatestTask placing;
  private final BooleanProperty active = new SimpleBooleanProperty(false);
  private final BooleanProperty busy = new SimpleBooleanProperty(false);
  private final ObjectProperty<Heat> heat = new SimpleObjectProperty<>(Heat.WEIGHT_SQNR);
  private final IntegerProperty focus = new SimpleIntegerProperty(-1);
  private final ReadOnlyObjectWrapper<Optional<Picture>> picture = new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<HeatMap> heatMap = new ReadOnlyObjectWrapper<>(HeatMap.EMPTY);
  private final ReadOnlyObjectWrapper<Set<Integer>> matches = new ReadOnlyObjectWrapper<>(Set.of());
  private Optional<Model> drawn = Optional.empty();
  private Optional<Network> network = Optional.empty();
  private List<Network.Block> folded = List.of();
  private Optional<PlaceKey> placed = Optional.empty();
  private Set<String> floatOutputs = Set.of();
  private String search = "";

  /** Follows {@code workspace}. */
  public GraphViewModel(Workspace workspace) {
    this.workspace = workspace;
    drawing = new LatestTask(workspace.tasks());
    placing = new LatestTask(workspace.tasks());
    workspace.modelProperty().subscribe(_ -> update());
    workspace.historyProperty().subscribe(_ -> update());
    workspace.workbenchProperty().subscribe(_ -> update());
    workspace.layers().selectionProperty().subscribe(_ -> focusLead());
    workspace.searchedProperty().subscribe(_ -> colour());
    heat.subscribe(_ -> colour());
    active.subscribe(_ -> update());
  }

  /** Whether the view can be seen; nothing is computed while it cannot. */
  public BooleanProperty activeProperty() {
    return active;
  }

  /** Whether a layout is being made. */
  public BooleanProperty busyProperty() {
    return busy;
  }

  /** What the colours tell. */
  public ObjectProperty<Heat> heatProperty() {
    return heat;
  }

  /** The vertex that keys act on; -1 for none. */
  public IntegerProperty focusProperty() {
    return focus;
  }

  /** The colours. */
  public ReadOnlyObjectProperty<HeatMap> heatMapProperty() {
    return heatMap.getReadOnlyProperty();
  }

  /** The vertices that the search found. */
  public ReadOnlyObjectProperty<Set<Integer>> matchesProperty() {
    return matches.getReadOnlyProperty();
  }

  /** The selection that all views share. */
  public ReadOnlyObjectProperty<Selection> selectionProperty() {
    return workspace.layers().selectionProperty();
  }

  /** The drawing; the old one stays until the new one is there. */
  ReadOnlyObjectProperty<Optional<Picture>> pictureProperty() {
    return picture.getReadOnlyProperty();
  }

  /** How many operators, layers and blocks there are. */
  public String summary() {
    return network
        .map(it -> Messages.get("graph.summary", it.operators().size(), it.operators().stream().filter(op -> op.layer().isPresent())
            .count(), it.blocks().size()))
        .orElse("");
  }

  /** Whether the network has blocks to fold. */
  public boolean hasBlocks() {
    return network.filter(it -> !it.blocks().isEmpty()).isPresent();
  }

  /** Whether all blocks are folded. */
  public boolean isAllFolded() {
    return hasBlocks() && folded.size() == network.orElseThrow().blocks().size();
  }

  /** Whether no block is folded. */
  public boolean isAllOpen() {
    return folded.isEmpty();
  }

  /** Folds all blocks, or opens them. */
  public void foldAll(boolean fold) {
    network.ifPresent(it -> draw(it, fold ? it.blocks() : List.of()));
  }

  /** Folds the block that {@code vertex} is in, or opens the one that it is. */
  public void toggle(int vertex) {
    Optional<Picture> shown = picture.get();
    if (shown.isEmpty() || network.isEmpty() || vertex < 0 || vertex >= shown.get().diagram().vertices().size()) {
      return;
    }
    int first = shown.get().diagram().vertices().get(vertex).first();
    network.get().blocks().stream().filter(block -> first >= block.first() && first <= block.last()).findFirst().ifPresent(this::toggle);
  }

  /** Folds an open block, or opens a folded one. */
  void toggle(Network.Block block) {
    List<Network.Block> changed = new ArrayList<>(folded);
    if (!changed.remove(block)) {
      changed.add(block);
    }
    network.ifPresent(it -> draw(it, changed));
  }

  /** Selects the layers of {@code vertex}; adds them to what is selected where {@code add} says so. */
  public void select(int vertex, boolean add) {
    Optional<Picture> shown = picture.get();
    if (shown.isEmpty() || vertex < 0) {
      return;
    }
    Diagram diagram = shown.get().diagram();
    List<Integer> layers = diagram.layers(diagram.vertices().get(vertex)).stream().map(Layer::index).toList();
    focus.set(vertex);
    if (layers.isEmpty()) {
      return;
    }
    List<Integer> all = new ArrayList<>(add ? workspace.layers().selectionProperty().get().layers() : List.of());
    all.addAll(layers);
    workspace.layers().select(new Selection(all, layers.getFirst()));
  }

  /** Moves the focus along an edge or to a neighbour of the same row, and selects what is there. */
  public void move(int dx, int dy) {
    Optional<Picture> shown = picture.get();
    if (shown.isEmpty() || shown.get().diagram().vertices().isEmpty()) {
      return;
    }
    if (focus.get() < 0) {
      select(0, false);
      return;
    }
    Placement placement = shown.get().placement();
    Box from = placement.boxes().get(focus.get());
    int best = -1;
    double nearest = Double.MAX_VALUE;
    for (int i = 0; i < placement.boxes().size(); i++) {
      Box to = placement.boxes().get(i);
      double along = dx != 0 ? dx * (to.centreX() - from.centreX()) : dy * (to.centreY() - from.centreY());
      boolean sameRow = Math.abs(to.centreY() - from.centreY()) < 1;
      boolean linked = dx != 0 ? sameRow : isLinked(placement, focus.get(), i);
      if (along > 1 && linked && along < nearest) {
        nearest = along;
        best = i;
      }
    }
    select(best, false);
  }

  private static boolean isLinked(Placement placement, int one, int other) {
    return placement.routes().stream()
        .anyMatch(route -> (route.from() == one && route.to() == other) || (route.from() == other && route.to() == one));
  }

  /** Marks the operators whose name contains {@code text}. */
  public void search(String text) {
    search = text.strip().toLowerCase(Locale.ROOT);
    findMatches();
  }

  /** Goes to the next operator that the search found. */
  public void nextMatch() {
    List<Integer> found = List.copyOf(new TreeSet<>(matches.get()));
    if (!found.isEmpty()) {
      int next = found.stream().filter(vertex -> vertex > focus.get()).findFirst().orElse(found.getFirst());
      select(next, false);
    }
  }

  /** Why there is nothing to see, in one sentence; empty when there is. */
  public Optional<String> emptySentence() {
    return workspace.modelProperty().get().isEmpty() ? Optional.of(Messages.get("graph.noModel")) : Optional.empty();
  }

  private void update() {
    if (!active.get()) {
      return;
    }
    Optional<Model> model = workspace.modelProperty().get();
    if (!drawn.equals(model)) {
      drawn = model;
      network = Optional.empty();
      picture.set(Optional.empty());
      model.ifPresent(this::read);
    }
    Optional<PlaceKey> key = workspace.workbenchProperty().get().map(it -> new PlaceKey(it, workspace.config()));
    if (!placed.equals(key)) {
      placed = key;
      floatOutputs = key.isEmpty() ? Set.of() : floatOutputs;
      key.ifPresent(this::place);
    }
    colour();
  }

  private void read(Model model) {
    busy.set(true);
    drawing.run(
        Messages.get("job.graph"),
        _ -> Network.of(model, workspace.layers()::nameOf),
        read -> {
          network = Optional.of(read);
          draw(read, read.operators().size() > FOLD_ABOVE ? read.blocks() : List.of());
        },
        this::onFailure);
  }

  private void draw(Network of, List<Network.Block> fold) {
    folded = List.copyOf(fold);
    busy.set(true);
    drawing.run(
        Messages.get("job.graph"),
        _ -> {
          Diagram diagram = Diagram.of(of, fold);
          return new Picture(diagram, LayeredLayout.of(diagram.widths(), diagram.heights(), diagram.edges()));
        },
        made -> {
          busy.set(false);
          focus.set(-1);
          picture.set(Optional.of(made));
          findMatches();
          focusLead();
        },
        this::onFailure);
  }

  private void place(PlaceKey key) {
    placing.run(
        Messages.get("job.graph"),
        _ -> RuntimePlacement.of(key.workbench(), key.config()),
        found -> {
          floatOutputs = found.floatOutputs();
          colour();
        },
        this::onFailure);
  }

  private void onFailure(Exception failure) {
    busy.set(false);
    workspace.report(failure, Optional.empty());
  }

  private void focusLead() {
    int lead = workspace.layers().selectionProperty().get().lead();
    Optional<Picture> shown = picture.get();
    if (shown.isPresent() && lead >= 0) {
      Diagram diagram = shown.get().diagram();
      boolean there =
          focus.get() >= 0
              && diagram.layers(diagram.vertices().get(focus.get())).stream().anyMatch(layer -> layer.index() == lead);
      if (!there) {
        focus.set(diagram.vertexOf(lead).orElse(-1));
      }
    }
  }

  private void findMatches() {
    Set<Integer> found = new TreeSet<>();
    if (picture.get().isPresent() && !search.isEmpty()) {
      Diagram diagram = picture.get().get().diagram();
      for (int i = 0; i < diagram.vertices().size(); i++) {
        Diagram.Vertex vertex = diagram.vertices().get(i);
        boolean match =
            diagram.network().operators().subList(vertex.first(), vertex.last() + 1).stream().anyMatch(this::isMatch)
                || vertex.block().filter(block -> block.title().toLowerCase(Locale.ROOT).contains(search)).isPresent();
        if (match) {
          found.add(i);
        }
      }
    }
    matches.set(found);
  }

  private boolean isMatch(Network.Operator operator) {
    return operator.title().toLowerCase(Locale.ROOT).contains(search)
        || operator.node().opType().toLowerCase(Locale.ROOT).contains(search)
        || operator.node().name().toLowerCase(Locale.ROOT).contains(search);
  }

  private void colour() {
    List<Layer> layers = workspace.modelProperty().get().map(Model::layers).orElse(List.of());
    List<LayerResult> results = workspace.evaluation().map(Evaluation::layers).orElse(List.of());
    QuantConfig config = workspace.config();
    List<HeatMap.LayerBits> bits = layers.stream().map(layer -> bits(layer, config)).toList();
    Searched searched = workspace.searchedProperty().get();
    heatMap.set(
        HeatMap.of(heat.get(), layers, bits, results, searched.losses(), floatOutputs)
            .withStale(heat.get() == Heat.SENSITIVITY && searched.isStale(config)));
  }

  private static HeatMap.LayerBits bits(Layer layer, QuantConfig config) {
    String activation = Terms.bits(config.activationChoice(layer.output()));
    return layer
        .weight()
        .map(config::weightChoice)
        .map(choice -> new HeatMap.LayerBits(choice.bits(), Messages.get("graph.bits", Terms.bits(choice), activation)))
        .orElseGet(() -> new HeatMap.LayerBits(0, Messages.get("graph.activationBits", activation)));
  }
}
