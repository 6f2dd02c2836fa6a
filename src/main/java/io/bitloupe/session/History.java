package io.bitloupe.session;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The steps of the user's work, a tree by each step's parent, and which step is current. Undo goes to the parent, redo to the
 * step that was last left by an undo; a new step after an undo starts a branch and loses nothing.
 *
 * @param steps all steps by number
 * @param current number of the current step; 0 when there is none
 * @param undone numbers of the steps that undo has left, the last one at the end
 */
public record History(List<HistoryStep> steps, int current, List<Integer> undone) {

  /** No step yet. */
  public static final History EMPTY = new History(List.of(), 0, List.of());

  /** Copies the lists. */
  public History {
    steps = List.copyOf(steps);
    undone = List.copyOf(undone);
  }

  /** The current step. */
  public Optional<HistoryStep> currentStep() {
    return step(current);
  }

  /** The step with {@code number}. */
  public Optional<HistoryStep> step(int number) {
    return number >= 1 && number <= steps.size() ? Optional.of(steps.get(number - 1)) : Optional.empty();
  }

  /** A new current step made from the current one. */
  public History append(String description, QuantConfig config, Instant time) {
    List<HistoryStep> longer = new ArrayList<>(steps);
    longer.add(new HistoryStep(steps.size() + 1, current, description, time, config, Optional.empty()));
    return new History(longer, longer.size(), List.of());
  }

  /** The step {@code number} with what was measured of it. */
  public History measured(int number, Evaluation evaluation) {
    List<HistoryStep> changed = new ArrayList<>(steps);
    changed.set(number - 1, changed.get(number - 1).withMeasured(evaluation));
    return new History(changed, current, undone);
  }

  /** Whether there is a parent to go back to. */
  public boolean canUndo() {
    return currentStep().map(HistoryStep::parent).filter(parent -> parent > 0).isPresent();
  }

  /** Whether an undo can be taken back. */
  public boolean canRedo() {
    return !undone.isEmpty();
  }

  /** The history at the parent of the current step; unchanged when there is none. */
  public History undo() {
    if (!canUndo()) {
      return this;
    }
    List<Integer> left = new ArrayList<>(undone);
    left.add(current);
    return new History(steps, currentStep().orElseThrow().parent(), left);
  }

  /** The history at the step that the last undo left; unchanged when there is none. */
  public History redo() {
    return canRedo() ? new History(steps, undone.getLast(), undone.subList(0, undone.size() - 1)) : this;
  }

  /** The history at the step {@code number}. */
  public History jumpTo(int number) {
    return step(number).isPresent() ? new History(steps, number, List.of()) : this;
  }

  /** Numbers of the steps that {@code number} was made from, itself, and those that were made from it. */
  public Set<Integer> lineage(int number) {
    Set<Integer> line = new TreeSet<>();
    for (Optional<HistoryStep> step = step(number); step.isPresent(); step = step(step.get().parent())) {
      line.add(step.get().number());
    }
    Set<Integer> later = new TreeSet<>(Set.of(number));
    for (HistoryStep step : steps) {
      if (later.contains(step.parent())) {
        later.add(step.number());
      }
    }
    line.addAll(later);
    return line;
  }
}
