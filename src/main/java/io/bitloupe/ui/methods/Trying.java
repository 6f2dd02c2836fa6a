package io.bitloupe.ui.methods;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.method.Effect;
import java.util.List;

/** Tries configurations off the FX thread; tests replace it. */
@FunctionalInterface
public interface Trying {

  /** Hears of a trial, on the trying thread. */
  interface Listener {

    /** The trial of configuration {@code index} begins. */
    void begins(int index);

    /** What its recipe changes. */
    void changes(int index, List<Effect> effects);

    /** Its figures so far, or in the end. */
    void measures(int index, Evaluation evaluation);

    /** Its recipe cannot be used; the others go on. */
    void refuses(int index, String sentence);
  }

  /** Tries {@code configs} in their order. */
  void run(Workbench workbench, List<QuantConfig> configs, Listener listener, Job job);
}
