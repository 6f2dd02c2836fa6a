package io.bitloupe.ui.workspace;

import io.bitloupe.engine.Job;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.session.History;
import io.bitloupe.session.Session;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.i18n.Messages;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Keeps the session on disk at most some seconds behind the window, written off the FX thread. For the FX thread only. */
public final class SessionKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SessionKeeper.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);
  /** With the time that writing takes it stays below the 5 seconds that a crash may cost. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
  /** Writing may take this part of the time. */
  private static final int SHARE = 10;

  private final Workspace workspace;
  private final SessionStore store;
  private final ReadOnlyObjectWrapper<Optional<Instant>> saved = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<History> kept = Optional.empty();
  private boolean waiting;
  private Duration pause = PAUSE;

  /** Keeps what {@code workspace} has in {@code store}. */
  public SessionKeeper(Workspace workspace, SessionStore store) {
    this.workspace = workspace;
    this.store = store;
    workspace.historyProperty().subscribe(_ -> request());
    workspace.dataProperty().subscribe(_ -> request());
  }

  /** When the session was last saved. */
  public ReadOnlyObjectProperty<Optional<Instant>> savedProperty() {
    return saved.getReadOnlyProperty();
  }

  private void request() {
    if (!waiting && workspace.session().isPresent()) {
      waiting = true;
      workspace.tasks().schedule(pause, this::save);
    }
  }

  /** Writes what there is now; what changes meanwhile is written after it. */
  private void save() {
    Session session = workspace.session().orElse(null);
    if (session == null) {
      waiting = false;
      return;
    }
    workspace
        .tasks()
        .run(
            new Job(Messages.get("job.session")),
            () -> {
              long began = System.nanoTime();
              store.keep(session);
              return Duration.ofNanos(System.nanoTime() - began);
            },
            took -> {
              pause = pauseAfter(took);
              kept = Optional.of(session.history());
              saved.set(Optional.of(session.saved()));
              again();
            },
            failure -> {
              if (kept.isPresent() || saved.get().isEmpty()) {
                LOG.log(Level.INFO, "the session could not be kept", failure);
              }
              kept = Optional.of(session.history());
              again();
            });
  }

  /** A long history is written less often than a short one. */
  static Duration pauseAfter(Duration took) {
    Duration rest = took.multipliedBy(SHARE);
    return rest.compareTo(PAUSE) < 0 ? PAUSE : rest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : rest;
  }

  private void again() {
    waiting = false;
    if (!kept.equals(Optional.of(workspace.historyProperty().get()))) {
      request();
    }
  }

  /** Saves the session as one that was closed. */
  @Override
  public void close() {
    workspace
        .session()
        .ifPresent(
            session -> {
              try {
                store.keep(session.closed());
                store.tidy();
              } catch (InvalidInputException denied) {
                LOG.log(Level.INFO, "the session could not be kept", denied);
              }
            });
  }
}
