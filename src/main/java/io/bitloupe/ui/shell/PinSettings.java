package io.bitloupe.ui.shell;

import io.bitloupe.model.Model;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.workspace.PinStore;
import io.bitloupe.ui.workspace.Pins;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Keeps pins in the settings, under the digest of their model. */
record PinSettings(Preferences preferences) implements PinStore {
  private static final int DIGEST = 16;

  private static String key(Model model) {
    return "pins." + model.sha256().substring(0, Math.min(DIGEST, model.sha256().length()));
  }

  @Override
  public Pins load(Model model) {
    return preferences
        .get(key(model))
        .filter(text -> text.matches("\\d{1,6}(,\\d{1,6})*"))
        .map(text -> new Pins(Arrays.stream(text.split(",")).map(Integer::valueOf).collect(Collectors.toSet())))
        .orElse(Pins.NONE);
  }

  @Override
  public void save(Model model, Pins pins) {
    preferences.put(key(model), new TreeSet<>(pins.layers()).stream().map(String::valueOf).collect(Collectors.joining(",")));
  }
}
