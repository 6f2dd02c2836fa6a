package io.bitloupe.ui.workspace;

import io.bitloupe.model.Model;

/** Remembers which layers of a model the user pinned, until it is opened again. */
public interface PinStore {
  /** The pins that were saved for {@code model}; none where nothing was. */
  Pins load(Model model);

  /** Saves the pins of {@code model}. */
  void save(Model model, Pins pins);

  /** Remembers nothing. */
  PinStore NONE =
      new PinStore() {
        @Override
        public Pins load(Model model) {
          return Pins.NONE;
        }

        @Override
        public void save(Model model, Pins pins) {}
      };
}
