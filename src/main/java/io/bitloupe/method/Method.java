package io.bitloupe.method;

import io.bitloupe.exec.Progress;
import java.util.Set;

/** A post-training transform of a model. Without state: the same subject and settings always give the same result. */
public interface Method {

  /** Its name in configuration files and on the command line. */
  String id();

  /** Names of its settings. */
  Set<String> settings();

  /** Whether it looks at calibration samples. */
  default boolean needsData(Settings settings) {
    return false;
  }

  /** Whether what it does depends on the choices for activations too, not on those for weights alone. */
  default boolean readsActivations() {
    return false;
  }

  /**
   * Applies it.
   *
   * @throws io.bitloupe.model.InvalidInputException with one sentence, when it cannot be used here
   * @throws java.util.concurrent.CancellationException when {@code progress} was cancelled
   */
  Subject apply(Subject subject, Settings settings, Progress progress);
}
