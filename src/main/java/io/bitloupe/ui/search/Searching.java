package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;

/** Runs a search off the FX thread; tests replace it. */
@FunctionalInterface
public interface Searching {
  /** Searches from {@code base} on. */
  SearchResult run(Workbench workbench, QuantConfig base, SearchListener listener, Progress progress);
}
