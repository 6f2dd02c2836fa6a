package io.bitloupe.ui.workspace;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.ui.i18n.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** The one sentence that the user is told now. For the FX thread only. */
final class Notices {
  private static final Logger LOG = Logger.getLogger(Notices.class.getName());

  private final ReadOnlyObjectWrapper<Optional<Notice>> notice = new ReadOnlyObjectWrapper<>(Optional.empty());

  ReadOnlyObjectProperty<Optional<Notice>> noticeProperty() {
    return notice.getReadOnlyProperty();
  }

  /** Shows a sentence in place of the one before. */
  void show(Notice sentence) {
    notice.set(Optional.of(sentence));
  }

  /** Shows a sentence after the one that is shown, where that is information too, else in its place. */
  void add(Notice more) {
    Optional<Notice> before =
        notice.get().filter(it -> it.severity() == Notice.Severity.INFORMATION && it.action().isEmpty());
    show(before.map(it -> joined(it, more)).orElse(more));
  }

  private static Notice joined(Notice first, Notice second) {
    List<String> details = new ArrayList<>(first.details());
    details.addAll(second.details());
    return new Notice(second.severity(), first.sentence() + " " + second.sentence(), details, second.action());
  }

  /** Takes the sentence away. */
  void dismiss() {
    notice.set(Optional.empty());
  }

  /** Takes away what was true of the work before; an offer stays. */
  void beginWork() {
    if (notice.get().filter(it -> it.severity() != Notice.Severity.OFFER).isPresent()) {
      dismiss();
    }
  }

  /** Shows what failed in one sentence; the rest goes to the log. */
  void report(Exception failure, Optional<Notice.Action> action) {
    if (failure instanceof InvalidInputException && failure.getMessage() != null) {
      LOG.log(Level.FINE, failure.getMessage(), failure);
      show(Notice.error(String.valueOf(failure.getMessage()), action));
    } else {
      LOG.log(Level.SEVERE, "unexpected failure", failure);
      show(Notice.error(Messages.get("notice.unexpected", String.valueOf(failure.getMessage())), action));
    }
  }
}
