package io.bitloupe.ui.history;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.metric.Quality;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Workspace;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** The steps of the work as cards, and undo and redo. */
public final class HistoryViewModel {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

  private final Workspace workspace;
  private final ZoneId zone;
  private final ObservableList<HistoryCard> cards = FXCollections.observableArrayList();
  /** Kept, because a wrapper that nobody keeps is collected together with its listeners. */
  private final ObservableList<HistoryCard> cardsView = FXCollections.unmodifiableObservableList(cards);
  private final ReadOnlyStringWrapper count = new ReadOnlyStringWrapper("");
  private final ReadOnlyBooleanWrapper canUndo = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper canRedo = new ReadOnlyBooleanWrapper();
  private final ReadOnlyStringWrapper undoText = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper redoText = new ReadOnlyStringWrapper("");
  private List<HistoryStep> shownSteps = List.of();
  private int shownCurrent;
  private int shownRunning;

  /** Follows {@code workspace}; times are shown in {@code zone}. */
  public HistoryViewModel(Workspace workspace, ZoneId zone) {
    this.workspace = workspace;
    this.zone = zone;
    workspace.historyProperty().subscribe(_ -> update());
    workspace.runningStepProperty().subscribe(_ -> update());
  }

  /** One card for each step. */
  public ObservableList<HistoryCard> cards() {
    return cardsView;
  }

  /** How many steps there are. */
  public ReadOnlyStringProperty countProperty() {
    return count.getReadOnlyProperty();
  }

  /** Whether there is something to undo. */
  public ReadOnlyBooleanProperty canUndoProperty() {
    return canUndo.getReadOnlyProperty();
  }

  /** Whether there is something to redo. */
  public ReadOnlyBooleanProperty canRedoProperty() {
    return canRedo.getReadOnlyProperty();
  }

  /** What undo would undo. */
  public ReadOnlyStringProperty undoTextProperty() {
    return undoText.getReadOnlyProperty();
  }

  /** What redo would do again. */
  public ReadOnlyStringProperty redoTextProperty() {
    return redoText.getReadOnlyProperty();
  }

  /** Goes to a step. */
  public void jumpTo(int number) {
    workspace.jumpTo(number);
  }

  /** Compares a step, as A, with the current one. */
  public void compare(int number) {
    workspace.compare(new Comparands(number, workspace.historyProperty().get().current()));
  }

  /** Compares the step that the current one was made from, as A, with it. */
  public void compareWithTheOneBefore() {
    workspace.historyProperty().get().currentStep().ifPresent(step -> compare(step.parent()));
  }

  /** Starts a branch at a step. */
  public void branch(int number) {
    workspace.branch(number);
  }

  /** Starts a branch at the current step. */
  public void branchHere() {
    branch(workspace.historyProperty().get().current());
  }

  /** Undoes the last change. */
  public void undo() {
    workspace.undo();
  }

  /** Takes the last undo back. */
  public void redo() {
    workspace.redo();
  }

  private void update() {
    History history = workspace.historyProperty().get();
    int running = workspace.runningStepProperty().get();
    List<HistoryStep> steps = history.steps();
    for (int i = 0; i < steps.size(); i++) {
      int number = i + 1;
      boolean marked = number == history.current() || number == shownCurrent || number == running || number == shownRunning;
      if (i >= cards.size()) {
        cards.add(card(steps.get(i), number == history.current()));
      } else if (marked || i >= shownSteps.size() || !isSame(steps.get(i), shownSteps.get(i))) {
        HistoryCard made = card(steps.get(i), number == history.current());
        if (!cards.get(i).equals(made)) {
          cards.set(i, made);
        }
      }
    }
    if (cards.size() > steps.size()) {
      cards.remove(steps.size(), cards.size());
    }
    shownSteps = steps;
    shownCurrent = history.current();
    shownRunning = running;
    showTexts(history);
  }

  /** A long history costs no more than a short one: what is the same object was not changed. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(HistoryStep first, HistoryStep second) {
    return first == second;
  }

  private void showTexts(History history) {
    int steps = history.steps().size();
    count.set(Messages.get(steps == 1 ? "history.countOne" : "history.count", steps));
    canUndo.set(history.canUndo());
    canRedo.set(history.canRedo());
    undoText.set(
        history.canUndo() ? Messages.get("history.undo", history.currentStep().orElseThrow().description())
            : Messages.get("history.undoNothing"));
    redoText.set(
        history.canRedo()
            ? Messages.get("history.redo", history.step(history.undone().getLast()).orElseThrow().description())
            : Messages.get("history.redoNothing"));
  }

  private HistoryCard card(HistoryStep step, boolean current) {
    Optional<Evaluation> measured = step.measured().filter(it -> it.quality().samples() > 0);
    Optional<Quality> quality = measured.map(Evaluation::quality);
    boolean running = workspace.runningStepProperty().get() == step.number();
    OptionalDouble reference =
        quality
            .map(it -> OptionalDouble.of(it.accuracy().map(accuracy -> (double) accuracy.correctFloat() / it.samples()).orElse(1.0)))
            .orElseGet(OptionalDouble::empty);
    return new HistoryCard(
        step.number(),
        Optional.of(step.parent()).filter(parent -> parent > 0 && parent != step.number() - 1),
        running ? Messages.get("history.running") : TIME.format(step.time().atZone(zone)),
        step.description(),
        quality.map(it -> OptionalDouble.of(it.headline())).orElseGet(OptionalDouble::empty),
        quality.map(Quality::headlineInterval),
        reference,
        measured.map(it -> OptionalLong.of(it.cost().weightBytes())).orElseGet(OptionalLong::empty),
        measured.map(it -> it.latency().onnxruntimeQdq()).orElseGet(OptionalDouble::empty),
        current,
        running,
        measured.map(it -> (double) it.quality().samples() / Math.max(1, it.totalSamples())).orElse(0.0));
  }
}
