package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.SearchListener;
import io.bitloupe.search.SearchResult;
import java.util.List;

/** Runs a search off the FX thread; tests replace it. */
@FunctionalInterface
public interface Searching {
  /** Searches from {@code base} on; the layers with the names {@code pinned} keep what {@code base} gives them. */
  SearchResult run(Workbench workbench, QuantConfig base, List<String> pinned, SearchListener listener, Progress progress);
}
