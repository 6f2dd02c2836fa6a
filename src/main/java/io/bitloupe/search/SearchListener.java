package io.bitloupe.search;

import io.bitloupe.engine.Response;

/** Hears of a search while it runs, on the thread that runs it. */
public interface SearchListener {

  /** Layer {@code layer} alone at {@code bits} was measured; {@code loss} is what the output diverges more than the base. */
  void onSensitivity(String layer, int bits, double loss, Response response);

  /** A configuration was measured. */
  void onMeasured(MeasuredPoint point);

  /** Hears nothing. */
  SearchListener NONE =
      new SearchListener() {
        @Override
        public void onSensitivity(String layer, int bits, double loss, Response response) {}

        @Override
        public void onMeasured(MeasuredPoint point) {}
      };
}
