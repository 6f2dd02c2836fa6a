package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.Workbench;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.engine.sensitivity.SensitivityListener;
import io.bitloupe.engine.sensitivity.SensitivityRow;
import io.bitloupe.engine.sensitivity.SensitivityTable;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestValue;
import io.bitloupe.ui.workspace.LongJob;
import io.bitloupe.ui.workspace.Searched;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** How much the width of each tensor matters: estimated first, then measured one after the other, in the background. */
public final class SensitivityViewModel {

  /** What a table is of. */
  public enum Kind {
    /** The weights of one layer have the width, all others what the current configuration says. */
    WEIGHTS(Cell.Target.WEIGHT, Cell.Direction.ONLY_THIS),
    /** One activation has the width. */
    ACTIVATIONS(Cell.Target.ACTIVATION, Cell.Direction.ONLY_THIS),
    /** The weights of all layers but one have the width. */
    ALL_BUT_WEIGHTS(Cell.Target.WEIGHT, Cell.Direction.ALL_BUT_THIS),
    /** All activations but one have the width. */
    ALL_BUT_ACTIVATIONS(Cell.Target.ACTIVATION, Cell.Direction.ALL_BUT_THIS);

    private final Cell.Target target;
    private final Cell.Direction direction;

    Kind(Cell.Target target, Cell.Direction direction) {
      this.target = target;
      this.direction = direction;
    }

    /** Weights or activations. */
    public Cell.Target target() {
      return target;
    }

    /** What all other tensors have. */
    public Cell.Direction direction() {
      return direction;
    }

    /** What people call it. */
    public String title() {
      return Messages.get("search.kind." + name());
    }
  }

  private final Workspace workspace;
  private final Sensing sensing;
  private final SearchForm form;
  private final LongJob measuring;
  private final Map<Kind, SensitivityGrid> grids = new EnumMap<>(Kind.class);
  private final Map<Kind, String> correlations = new EnumMap<>(Kind.class);
  private final ReadOnlyObjectWrapper<SensitivityGrid> grid;
  private Kind kind = Kind.WEIGHTS;

  /**
   * Follows {@code workspace}.
   *
   * @param form says which widths are tried
   */
  public SensitivityViewModel(Workspace workspace, Sensing sensing, SearchForm form) {
    this.workspace = workspace;
    this.sensing = sensing;
    this.form = form;
    grid = new ReadOnlyObjectWrapper<>(SensitivityGrid.empty(form.widthsOrStandard()));
    measuring = new LongJob(workspace);
    workspace.workbenchProperty().subscribe(_ -> forget());
  }

  private void forget() {
    measuring.stop();
    grids.clear();
    correlations.clear();
    show();
  }

  private void show() {
    grid.set(grids.getOrDefault(kind, SensitivityGrid.empty(form.widthsOrStandard())));
  }

  /** Whether a table is being measured. */
  public ReadOnlyBooleanProperty runningProperty() {
    return measuring.runningProperty();
  }

  /** What is known of the kind that is shown. */
  public ReadOnlyObjectProperty<SensitivityGrid> gridProperty() {
    return grid.getReadOnlyProperty();
  }

  /** The kind that is shown. */
  public Kind kind() {
    return kind;
  }

  /** Shows what is known of {@code other}. */
  public void setKind(Kind other) {
    kind = other;
    show();
  }

  /** Changes with the configuration, and {@link #isStale} with it. */
  public ReadOnlyObjectProperty<?> changesProperty() {
    return workspace.historyProperty();
  }

  /** Whether {@code shown} was measured in another configuration than the current one. */
  public boolean isStale(SensitivityGrid shown) {
    return shown.isStale(workspace.config());
  }

  /** Estimates and measures the kind that is shown. */
  public void start() {
    if (!measuring.runningProperty().get()) {
      measure(List.of());
    }
  }

  /**
   * Measures what the layer table and the graph show: the weights of one layer after the other, at their width too. A measurement that
   * is under way gives way to it.
   */
  public void startForLayers() {
    setKind(Kind.WEIGHTS);
    measure(List.of(Searched.BITS));
  }

  /** Measures the widths that the form asks for, and {@code also}. */
  private void measure(List<Integer> also) {
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    if (workbench.isEmpty()) {
      return;
    }
    QuantConfig base = workspace.config();
    Sensing.Asked asked;
    try {
      List<Integer> widths = Stream.concat(form.widths().stream(), also.stream()).distinct().sorted(Comparator.reverseOrder()).toList();
      asked = new Sensing.Asked(kind, widths);
    } catch (InvalidInputException refused) {
      workspace.report(refused, Optional.empty());
      return;
    }
    workspace.dismissNotice();
    measuring.start(
        Messages.get("job.sensitivity"),
        this::start,
        () -> begin(base, asked),
        job -> sensing.run(workbench.get(), base, asked, new Filling(base, asked, job), job),
        table -> found(asked.kind(), table));
  }

  /** Stops measuring; what is known stays. */
  public void stop() {
    measuring.stop();
  }

  private void begin(QuantConfig base, Sensing.Asked asked) {
    put(asked.kind(), SensitivityGrid.around(base, asked.widths()));
    if (asked.kind() == Kind.WEIGHTS && asked.widths().contains(Searched.BITS)) {
      workspace.show(workspace.searchedProperty().get().withLosses(base, Map.of()));
    }
  }

  private void put(Kind of, SensitivityGrid known) {
    grids.put(of, known);
    correlations.remove(of);
    show();
  }

  private void found(Kind of, SensitivityTable table) {
    String ranks =
        table.rankCorrelations(of.target()).entrySet().stream()
            .map(entry -> Messages.get("search.proxy." + entry.getKey()) + " " + Figures.fixed(entry.getValue(), 2))
            .collect(Collectors.joining(", "));
    correlations.put(of, ranks.isEmpty() ? "" : Messages.get("search.correlations", ranks));
    show();
  }

  /** How well each estimate ordered the entries that are shown as the measurement does; empty before they are measured. */
  public String correlations() {
    return correlations.getOrDefault(kind, "");
  }

  /** Gathers entries on the measuring thread and shows them on the FX thread. */
  private final class Filling implements SensitivityListener {
    private final AtomicReference<SensitivityGrid> filled;
    private final AtomicReference<Map<String, Double>> losses = new AtomicReference<>(Map.of());
    private final LatestValue<SensitivityGrid> shown;
    private final LatestValue<Map<String, Double>> bars;
    private volatile double before;

    Filling(QuantConfig base, Sensing.Asked asked, Job job) {
      filled = new AtomicReference<>(SensitivityGrid.around(base, asked.widths()));
      shown = measuring.updates(job, known -> put(asked.kind(), known));
      bars = measuring.updates(job, known -> workspace.show(workspace.searchedProperty().get().withLosses(base, known)));
    }

    @Override
    public void onBase(Response reference, Response base) {
      before = base.divergence();
    }

    @Override
    public void onRow(SensitivityRow row) {
      Cell cell = row.cell();
      double divergence =
          row.measured().isPresent() ? row.measured().get().divergence() : row.proxies().orElseThrow().divergence();
      SensitivityGrid.Entry entry = new SensitivityGrid.Entry(divergence, row.measured().isPresent());
      shown.set(filled.updateAndGet(known -> known.with(cell.name(), cell.bits(), entry)));
      if (entry.measured() && cell.bits() == Searched.BITS && isAlone(cell)) {
        bars.set(losses.updateAndGet(known -> with(known, cell.name(), divergence - before)));
      }
    }

    /** Whether it is what the layer table shows: the weights of one layer. */
    private static boolean isAlone(Cell cell) {
      return cell.target() == Cell.Target.WEIGHT && cell.direction() == Cell.Direction.ONLY_THIS;
    }

    private static Map<String, Double> with(Map<String, Double> known, String layer, double loss) {
      Map<String, Double> more = new LinkedHashMap<>(known);
      more.put(layer, loss);
      return more;
    }
  }
}
