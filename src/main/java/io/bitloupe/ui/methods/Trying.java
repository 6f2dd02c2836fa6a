package io.bitloupe.ui.methods;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import java.util.List;
import java.util.Optional;

/** Tries configurations off the FX thread; tests replace it. */
@FunctionalInterface
public interface Trying {

  /**
   * What is tried.
   *
   * @param config the configuration with its recipe
   * @param samples where the samples come from that set ranges and that the recipe looks at; the calibration part when empty
   */
  record Attempt(QuantConfig config, Optional<DataFree> samples) {}

  /** Hears of a trial, on the trying thread. */
  interface Listener {

    /** Attempt {@code index} begins. */
    void begins(int index);

    /** What its recipe changes. */
    void changes(int index, List<Effect> effects);

    /** Its figures so far, or in the end. */
    void measures(int index, Evaluation evaluation);

    /** Its recipe cannot be used; the others go on. */
    void refuses(int index, String sentence);
  }

  /** Makes {@code attempts} in their order. */
  void run(Workbench workbench, List<Attempt> attempts, Listener listener, Job job);
}
