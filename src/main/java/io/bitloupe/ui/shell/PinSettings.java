package io.bitloupe.ui.shell;

import io.bitloupe.model.Model;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.workspace.Pins;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Remembers which layers of a model are pinned, until it is opened again. */
final class PinSettings {
  private static final int DIGEST = 16;

  private final Workspace workspace;
  private final Preferences preferences;

  PinSettings(Workspace workspace, Preferences preferences) {
    this.workspace = workspace;
    this.preferences = preferences;
    workspace.modelProperty().subscribe(this::restore);
    workspace.pinsProperty().addListener((_, _, pins) -> keep(pins));
  }

  private static String key(Model model) {
    return "pins." + model.sha256().substring(0, Math.min(DIGEST, model.sha256().length()));
  }

  private void restore(Optional<Model> model) {
    model
        .flatMap(open -> preferences.get(key(open)))
        .filter(text -> text.matches("\\d{1,6}(,\\d{1,6})*"))
        .ifPresent(text -> workspace.pin(new Pins(Arrays.stream(text.split(",")).map(Integer::valueOf).collect(Collectors.toSet()))));
  }

  private void keep(Pins pins) {
    workspace
        .modelProperty()
        .get()
        .ifPresent(
            open ->
                preferences.put(
                    key(open), new TreeSet<>(pins.layers()).stream().map(String::valueOf).collect(Collectors.joining(","))));
  }
}
