package io.bitloupe.ui.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.session.DataReference;
import io.bitloupe.session.History;
import io.bitloupe.session.Session;
import io.bitloupe.session.SessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionKeeperTest {
  @TempDir private Path folder;

  @Test
  void changesAreKeptAfterAPauseAndTheLastOneWhenTheWindowCloses() {
    Opened opened = new Opened(true);
    SessionKeeper keeper = new SessionKeeper(opened.workspace, new SessionStore(folder, "mine"));
    assertThat(kept()).as("nothing is open").isEmpty();
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.workspace.openData(folder);
    opened.tasks.advance();
    change(opened, 4);
    opened.tasks.advance();
    opened.tasks.advance();
    Session session = kept().getFirst();
    assertThat(session.history()).isEqualTo(opened.workspace.historyProperty().get());
    assertThat(session.ending()).isEqualTo(Session.Ending.OPEN);
    assertThat(session.data().orElseThrow().path()).isEqualTo(folder.toAbsolutePath());
    change(opened, 5);
    keeper.close();
    assertThat(kept().getFirst().history().steps()).hasSize(3);
    assertThat(kept().getFirst().ending()).isEqualTo(Session.Ending.CLOSED);
  }

  @Test
  void aRestoredSessionHasItsStepsAndMeasuresNoneAgain() throws IOException {
    Opened opened = new Opened(true);
    SessionKeeper keeper = new SessionKeeper(opened.workspace, new SessionStore(folder.resolve("kept"), "mine"));
    Path data = Files.createDirectory(folder.resolve("images"));
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.workspace.openData(data);
    opened.tasks.advance();
    change(opened, 4);
    opened.tasks.advance();
    opened.tasks.advance();
    History before = opened.workspace.historyProperty().get();
    assertThat(before.steps()).hasSize(2).allMatch(step -> step.measured().isPresent());
    Session saved = opened.workspace.session().orElseThrow();
    keeper.close();

    Opened next = new Opened(true);
    next.workspace.restore(saved);
    next.tasks.advance();
    assertThat(next.workspace.historyProperty().get()).isEqualTo(before);
    assertThat(next.workspace.workbenchProperty().get()).isPresent();
    assertThat(next.engine.runs()).isEmpty();
    assertThat(next.workspace.isFinished(1)).isTrue();
    assertThat(next.workspace.isFinished(2)).isTrue();
  }

  @Test
  void otherDataMeansMeasuringAgain() {
    Opened opened = new Opened(true);
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.workspace.openData(folder);
    opened.tasks.advance();
    Session saved = opened.workspace.session().orElseThrow();
    Session older =
        new Session(
            saved.model(),
            saved.modelSha256(),
            saved.data().map(it -> new DataReference(it.path(), it.bytes() + 1, it.modified())),
            saved.history(),
            saved.saved(),
            saved.ending());
    Opened next = new Opened(true);
    next.workspace.restore(older);
    next.tasks.advance();
    assertThat(next.engine.runs()).hasSize(1);
  }

  private static void change(Opened opened, int bits) {
    opened.select(0);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.layers().selected(), bits));
  }

  private List<Session> kept() {
    return new SessionStore(folder, "other").others().stream().map(SessionStore.Kept::session).toList();
  }
}
