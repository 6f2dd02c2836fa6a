package io.bitloupe.ui.shell;

import io.bitloupe.engine.Job;
import io.bitloupe.session.Session;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.prefs.RecentFiles;
import io.bitloupe.ui.view.Hidden;
import io.bitloupe.ui.workspace.Notice;
import io.bitloupe.ui.workspace.Workspace;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuItem;
import javafx.scene.layout.Pane;

/** Saved sessions and recent models: as menus, on the first page, and as an offer after a crash. */
final class SessionMenu {
  private static final int SHOWN = 3;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.SHORT).withZone(ZoneId.systemDefault());

  private final Workspace workspace;
  private final Optional<SessionStore> store;
  private final RecentFiles recent;

  SessionMenu(Workspace workspace, Optional<SessionStore> store, Preferences preferences) {
    this.workspace = workspace;
    this.store = store;
    recent = new RecentFiles(preferences, "recent.models");
    workspace.modelProperty().subscribe(model -> model.ifPresent(it -> recent.add(it.path())));
  }

  /** Opens one of the models that were opened lately. */
  Menu recentMenu() {
    Menu menu = new Menu(Messages.get("command.openRecent"));
    menu.setId("command.openRecent");
    menu.getItems().add(nothing());
    menu.setOnShowing(
        _ -> {
          menu.getItems().setAll(recent.existing().stream().map(this::item).toList());
          if (menu.getItems().isEmpty()) {
            menu.getItems().add(nothing());
          }
        });
    return menu;
  }

  /** The same as commands. */
  List<Command> recentCommands() {
    return recent.existing().stream()
        .map(
            file ->
                Command.named(
                    "recent-" + file,
                    Messages.get("command.openThatRecent", file.toString()),
                    "",
                    new ReadOnlyBooleanWrapper(false),
                    () -> workspace.openModel(file)))
        .toList();
  }

  private MenuItem item(Path file) {
    MenuItem item = new MenuItem(file.toString());
    item.setMnemonicParsing(false);
    item.setOnAction(_ -> workspace.openModel(file));
    return item;
  }

  private static MenuItem nothing() {
    MenuItem item = new MenuItem(Messages.get("command.recentNone"));
    item.setDisable(true);
    return item;
  }

  /** Looks for kept sessions off the FX thread, links the latest in {@code links}, and offers one whose window crashed. */
  void offer(Node heading, Pane links) {
    Hidden.show(heading, false);
    Hidden.show(links, false);
    store.ifPresent(
        it ->
            workspace
                .tasks()
                .run(new Job(Messages.get("job.session")), it::others, kept -> offer(kept, heading, links),
                    failure -> workspace.report(failure, Optional.empty())));
  }

  private void offer(List<SessionStore.Kept> kept, Node heading, Pane links) {
    Hidden.show(heading, !kept.isEmpty());
    Hidden.show(links, !kept.isEmpty());
    for (SessionStore.Kept it : kept.subList(0, Math.min(SHOWN, kept.size()))) {
      Hyperlink link = new Hyperlink(line("session.line", it.session()));
      link.setId("session-" + links.getChildren().size());
      link.setOnAction(_ -> workspace.restore(it.session()));
      links.getChildren().add(link);
    }
    if (!kept.isEmpty() && kept.getFirst().session().ending() == Session.Ending.OPEN) {
      Session last = kept.getFirst().session();
      Notice.Action restore = new Notice.Action(Messages.get("action.restore"), () -> workspace.restore(last));
      workspace.show(new Notice(Notice.Severity.OFFER, line("notice.crashed", last), List.of(), Optional.of(restore)));
    }
  }

  private static String line(String key, Session session) {
    Instant saved = session.saved();
    return Messages.get(key, session.model().getFileName(), session.history().steps().size(), TIME.format(saved));
  }

  /** Opens the session in {@code file}. */
  void open(Path file) {
    workspace
        .tasks()
        .run(
            new Job(Messages.get("job.session")),
            () -> SessionStore.read(file),
            workspace::restore,
            failure -> workspace.report(failure, Optional.empty()));
  }

  /** Saves the session to {@code file}. */
  void save(Path file) {
    Session session = workspace.session().map(Session::closed).orElseThrow();
    workspace
        .tasks()
        .run(
            new Job(Messages.get("job.session")),
            () -> {
              SessionStore.write(file, session);
              return file;
            },
            written -> workspace.show(Notice.information(Messages.get("notice.sessionSaved", written.toString()), List.of())),
            failure -> workspace.report(failure, Optional.empty()));
  }
}
