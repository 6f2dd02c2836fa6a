package io.bitloupe.ui.workspace;

import io.bitloupe.ui.FakeEngine;
import io.bitloupe.ui.task.DirectTasks;
import io.bitloupe.ui.undo.ConfigEdits;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** A workspace on the fake engine, for tests of view models. */
public final class Opened {
  /** Runs things when told to. */
  public final DirectTasks tasks = new DirectTasks();
  /** Answers when told to, or at once. */
  public final FakeEngine engine;
  /** The workspace. */
  public final Workspace workspace;
  /** Its edits. */
  public final ConfigEdits edits;

  /** Nothing is open. */
  public Opened(boolean automatic) {
    engine = new FakeEngine(automatic);
    workspace = new Workspace(engine, tasks, Clock.fixed(Instant.parse("2026-03-01T14:02:00Z"), ZoneOffset.UTC));
    edits = new ConfigEdits(workspace.layers()::nameOf);
  }

  /** Model and data are open and calibrated; the first step was submitted. */
  public static Opened withData(boolean automatic) {
    Opened opened = new Opened(automatic);
    opened.workspace.openModel(Path.of("small.onnx"));
    opened.workspace.openData(Path.of("images"));
    opened.tasks.advance();
    return opened;
  }

  /** Selects layers by index; the last leads. */
  public void select(Integer... layers) {
    workspace.layers().select(new Selection(List.of(layers), layers[layers.length - 1]));
  }
}
