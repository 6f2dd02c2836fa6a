package io.bitloupe.ui.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Layer;
import io.bitloupe.search.Remedy;
import java.util.List;

/** Measures what would help a layer, off the FX thread; tests replace it. */
@FunctionalInterface
public interface Helping {
  /** What would help {@code layer} under {@code config}, the most helpful first. */
  List<Remedy> of(Workbench workbench, QuantConfig config, Layer layer, Progress progress);
}
