package io.bitloupe.ui.methods;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.QuantConfig.RecipeStep;
import io.bitloupe.config.RecipeText;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.RecipeTrials;
import io.bitloupe.engine.Workbench;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import io.bitloupe.method.Methods;
import io.bitloupe.method.Settings;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.workspace.LongJob;
import io.bitloupe.ui.workspace.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;

/** Recipes side by side: tried in the background, shown while their figures come in, one of them kept as a step. */
public final class MethodsViewModel {

  /** Samples that a recipe is measured on, so that several can be compared while one looks on. */
  public static final int SAMPLES = 2000;

  /** Recipes to begin with. */
  private static final List<String> OFFERED =
      List.of(
          "equalization",
          "equalization,bias-absorption,bias-correction",
          "equalization:relu6=cap,bias-correction:statistics=data",
          "bias-correction:statistics=data",
          "auto-range",
          "adaround",
          "adaquant",
          "gptq",
          "gptq,bias-correction:statistics=data",
          "smoothquant",
          "awq",
          "rotation",
          "per-token",
          "outlier-decomposition",
          "outlier-splitting",
          "hqq",
          "weight-correction",
          "centroid-tuning",
          "stochastic-rounding");

  private final Workspace workspace;
  private final Trying trying;
  private final BooleanProperty selectedOnly = new SimpleBooleanProperty(false);
  private final ObjectProperty<Optional<DataFree>> samples = new SimpleObjectProperty<>(Optional.empty());
  private final ReadOnlyObjectWrapper<List<Trial>> trials = new ReadOnlyObjectWrapper<>(List.of());
  private final LongJob trial;
  private QuantConfig base = QuantConfig.defaults();
  private int numbers;

  /** Follows {@code workspace}. */
  public MethodsViewModel(Workspace workspace, Trying trying) {
    this.workspace = workspace;
    this.trying = trying;
    trial = new LongJob(workspace);
    trial.runningProperty().subscribe(_ -> showEnd());
    workspace.workbenchProperty().subscribe(_ -> forget());
    workspace.historyProperty().subscribe(_ -> follow());
  }

  /** Tries recipes on the engine of this machine, with {@code threads} threads. */
  public static Trying onThisMachine(int threads) {
    return (workbench, attempts, listener, job) -> {
      try (RecipeTrials trials = new RecipeTrials(workbench, SAMPLES, threads)) {
        for (int i = 0; i < attempts.size(); i++) {
          int index = i;
          listener.begins(index);
          try {
            Evaluation measured =
                trials.run(
                    attempts.get(i).config(),
                    attempts.get(i).samples(),
                    found -> listener.changes(index, found),
                    partial -> listener.measures(index, partial),
                    job);
            listener.measures(index, measured);
          } catch (InvalidInputException refused) {
            listener.refuses(index, String.valueOf(refused.getMessage()));
          }
        }
      }
    };
  }

  /** Where the samples of recipes that are added come from: the calibration part when empty. */
  public ObjectProperty<Optional<DataFree>> samplesProperty() {
    return samples;
  }

  /** Whether recipes that are added change the selected layers alone. */
  public BooleanProperty selectedOnlyProperty() {
    return selectedOnly;
  }

  /** The recipes, the configuration without one first. */
  public ReadOnlyObjectProperty<List<Trial>> trialsProperty() {
    return trials.getReadOnlyProperty();
  }

  /** Whether recipes are being tried. */
  public ReadOnlyBooleanProperty runningProperty() {
    return trial.runningProperty();
  }

  /** Changes when trials become possible or impossible. */
  public ReadOnlyObjectProperty<Optional<Workbench>> workbenchProperty() {
    return workspace.workbenchProperty();
  }

  /** Recipes to choose from, as texts. */
  public List<String> offered() {
    return OFFERED;
  }

  /** Other samples want all figures anew; the recipes stay as long as the model does. */
  private void forget() {
    trial.stop();
    if (workspace.workbenchProperty().get().isEmpty()) {
      trials.set(List.of());
    } else if (trials.get().isEmpty()) {
      trials.set(List.of(Trial.of(numbers++, List.of(), Optional.empty())));
    } else {
      tryAgain();
    }
    base = withoutRecipe(workspace.config());
  }

  private void tryAgain() {
    trials.set(trials.get().stream().map(Trial::anew).toList());
  }

  /** Figures belong to the configuration that they were measured with; another one has to be tried again. */
  private void follow() {
    QuantConfig current = withoutRecipe(workspace.config());
    if (!current.equals(base)) {
      trial.stop();
      base = current;
      tryAgain();
    }
  }

  private static QuantConfig withoutRecipe(QuantConfig config) {
    return config.withRecipe(List.of());
  }

  /**
   * Adds a recipe to the table, for the selected layers where that was asked; what cannot be read is said in one sentence. No text
   * stands for no recipe, which is worth trying on samples that need no data.
   *
   * @return number of the trial with that recipe, also where it is in the table already; empty where it cannot be read
   */
  public OptionalInt add(String text) {
    try {
      List<RecipeStep> steps = text.isBlank() ? List.of() : RecipeText.parse(text);
      Methods.check(steps);
      List<RecipeStep> scoped = steps.stream().map(this::scoped).toList();
      Optional<DataFree> source = samples.get();
      Optional<Trial> known =
          trials.get().stream().filter(it -> it.steps().equals(scoped) && it.samples().equals(source)).findFirst();
      if (known.isPresent()) {
        return OptionalInt.of(known.get().number());
      }
      Trial added = Trial.of(numbers++, scoped, source);
      List<Trial> more = new ArrayList<>(trials.get());
      more.add(added);
      trials.set(List.copyOf(more));
      return OptionalInt.of(added.number());
    } catch (InvalidInputException wrong) {
      workspace.report(wrong, Optional.empty());
      return OptionalInt.empty();
    }
  }

  private RecipeStep scoped(RecipeStep step) {
    List<Layer> layers = workspace.layers().selected();
    if (!selectedOnly.get() || layers.isEmpty()) {
      return step;
    }
    Map<String, String> settings = new LinkedHashMap<>(step.settings());
    settings.put(Settings.LAYERS, layers.stream().map(layer -> layer.name().replaceAll("[:,|]", "?")).collect(Collectors.joining("|")));
    return new RecipeStep(step.method(), settings);
  }

  /** Takes a recipe out of the table. */
  public void discard(Trial trial) {
    if (!trial.isPlain()) {
      trials.set(trials.get().stream().filter(other -> other.number() != trial.number()).toList());
    }
  }

  /**
   * Makes a recipe part of the configuration, as a step that can be undone. Ranges keep coming from the calibration part, so that
   * trials on other samples are there to be compared, not kept.
   */
  public void keep(Trial trial) {
    String name = trial.steps().isEmpty() ? Messages.get("methods.none") : RecipeText.format(trial.steps());
    workspace.apply(new ConfigChange(Messages.get("methods.change", name), config -> config.withRecipe(trial.steps())));
  }

  /** Tries every recipe that was not measured yet. */
  public void start() {
    Optional<Workbench> workbench = workspace.workbenchProperty().get();
    List<Trial> waiting = trials.get().stream().filter(trial -> trial.state() == Trial.State.WAITING).toList();
    if (workbench.isEmpty() || trial.runningProperty().get() || waiting.isEmpty()) {
      return;
    }
    List<Trying.Attempt> attempts =
        waiting.stream().map(known -> new Trying.Attempt(base.withRecipe(known.steps()), known.samples())).toList();
    List<Integer> tried = waiting.stream().map(Trial::number).toList();
    trial.start(
        Messages.get("job.methods"),
        this::start,
        () -> {},
        job -> {
          trying.run(workbench.get(), attempts, new Shown(job, tried), job);
          return attempts.size();
        },
        _ -> {});
  }

  /** The name that the layer called {@code layer} goes by in the window. */
  String shownName(String layer) {
    return workspace.layers().nameOf(layer);
  }

  /** Stops the trials; what was measured stays. */
  public void stop() {
    trial.stop();
  }

  private void showEnd() {
    if (!trial.runningProperty().get()) {
      trials.set(
          trials.get().stream()
              .map(known -> known.state() == Trial.State.RUNNING ? known.in(Trial.State.WAITING) : known)
              .toList());
    }
  }

  /** Brings what is heard on the trying thread into the table. */
  private final class Shown implements Trying.Listener {
    private final Job job;
    private final List<Integer> numbers;

    Shown(Job job, List<Integer> numbers) {
      this.job = job;
      this.numbers = numbers;
    }

    private void change(int index, UnaryOperator<Trial> change) {
      trial.update(
          job,
          () ->
              trials.set(
                  trials.get().stream()
                      .map(known -> known.number() == numbers.get(index) ? change.apply(known) : known)
                      .toList()));
    }

    @Override
    public void begins(int index) {
      change(index, trial -> trial.in(Trial.State.RUNNING));
    }

    @Override
    public void changes(int index, List<Effect> effects) {
      change(index, trial -> trial.with(effects));
    }

    @Override
    public void measures(int index, Evaluation evaluation) {
      change(index, trial -> trial.with(evaluation).in(evaluation.isComplete() ? Trial.State.MEASURED : Trial.State.RUNNING));
    }

    @Override
    public void refuses(int index, String sentence) {
      change(index, trial -> trial.refused(sentence));
    }
  }
}
