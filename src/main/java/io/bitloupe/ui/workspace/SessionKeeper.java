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

  private final Workspace workspace;
  private final SessionStore store;
  private final ReadOnlyObjectWrapper<Optional<Instant>> saved = new ReadOnlyObjectWrapper<>(Optional.empty());
  private Optional<History> kept = Optional.empty();
  private boolean waiting;

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
      workspace.tasks().schedule(PAUSE, this::save);
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
              store.keep(session);
              return session;
            },
            done -> {
              kept = Optional.of(done.history());
              saved.set(Optional.of(done.saved()));
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
