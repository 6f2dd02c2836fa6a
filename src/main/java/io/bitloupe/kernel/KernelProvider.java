package io.bitloupe.kernel;

import java.util.Optional;

/** An implementation of the kernels that may or may not run on this machine; found by {@link java.util.ServiceLoader}. */
public interface KernelProvider {

  /** Short name, as the property {@code bitloupe.kernel} takes it. */
  String name();

  /** The greater, the faster where it runs. */
  int priority();

  /** Whether every machine should be able to run them, so that an obstacle is a fault and not a fact about the processor. */
  default boolean isPortable() {
    return true;
  }

  /** One sentence that says why it cannot run here; empty where it can. */
  Optional<String> obstacle();

  /** One phrase that says what it uses, for the status bar; asked only where there is no obstacle. */
  String description();

  /** The kernels; asked only where there is no obstacle. */
  Kernels kernels();
}
