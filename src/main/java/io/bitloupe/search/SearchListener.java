package io.bitloupe.search;

import io.bitloupe.engine.Response;
import io.bitloupe.engine.sensitivity.Cell;

/** Hears of a search while it runs, on the thread that runs it. */
public interface SearchListener {

  /**
   * The weights of a layer, or an activation, alone at {@code bits}, with what is tied to them, were measured.
   *
   * @param name the layer, or the activation
   * @param loss what the output diverges more than the base
   */
  void onSensitivity(Cell.Target target, String name, int bits, double loss, Response response);

  /** A configuration was measured. */
  void onMeasured(MeasuredPoint point);

  /** Hears nothing. */
  SearchListener NONE =
      new SearchListener() {
        @Override
        public void onSensitivity(Cell.Target target, String name, int bits, double loss, Response response) {}

        @Override
        public void onMeasured(MeasuredPoint point) {}
      };
}
