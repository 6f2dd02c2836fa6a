package io.bitloupe.ui.workspace;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.WithoutData;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Model;
import io.bitloupe.session.History;
import io.bitloupe.session.HistoryStep;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.Tasks;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Finds out what is known of the current configuration as long as nothing can be measured. For the FX thread only. */
final class BeforeData {
  private static final Logger LOG = Logger.getLogger(BeforeData.class.getName());

  private final Tasks tasks;
  private final ReadOnlyObjectProperty<History> history;
  private final ReadOnlyObjectProperty<Optional<Workbench>> workbench;
  private final ReadOnlyObjectWrapper<Optional<WithoutData.Report>> report = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<WithoutData> source = Optional.empty();
  private Optional<Job> running = Optional.empty();

  /** Keeps up with model, configuration and data. */
  BeforeData(
      Tasks tasks,
      ReadOnlyObjectProperty<Optional<Model>> model,
      ReadOnlyObjectProperty<History> history,
      ReadOnlyObjectProperty<Optional<Workbench>> workbench) {
    this.tasks = tasks;
    this.history = history;
    this.workbench = workbench;
    model.subscribe(this::use);
    history.subscribe(_ -> ask());
    workbench.subscribe(_ -> ask());
  }

  /** What is known; empty until it was found out. */
  ReadOnlyObjectProperty<Optional<WithoutData.Report>> reportProperty() {
    return report.getReadOnlyProperty();
  }

  private void use(Optional<Model> model) {
    source = model.map(WithoutData::new);
    report.set(Optional.empty());
    ask();
  }

  /** The newest configuration overtakes what was asked before; with data all is measured. */
  private void ask() {
    running.ifPresent(Job::cancel);
    running = Optional.empty();
    Optional<HistoryStep> step = history.get().currentStep();
    if (source.isPresent() && step.isPresent() && workbench.get().isEmpty()) {
      find(source.get(), step.get().config());
    }
  }

  private void find(WithoutData asked, QuantConfig config) {
    if (report.get().filter(it -> it.config().equals(config)).isEmpty()) {
      Job job = new Job(Messages.get("job.withoutData"));
      running = Optional.of(job);
      tasks.run(job, () -> asked.report(config), found -> report.set(Optional.of(found)), this::giveUp);
    }
  }

  /** A configuration that the model does not allow is refused where it is measured; until then there is nothing to show. */
  private void giveUp(Exception failure) {
    report.set(Optional.empty());
    LOG.log(Level.FINE, "no figures without data", failure);
  }
}
