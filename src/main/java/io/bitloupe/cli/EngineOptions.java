package io.bitloupe.cli;

import io.bitloupe.engine.LocalEngine;
import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.model.InvalidInputException;
import java.util.Optional;
import java.util.logging.Logger;
import picocli.CommandLine.Option;

/** The options that say what the engine may use. */
final class EngineOptions {

  private static final Logger LOG = Logger.getLogger(EngineOptions.class.getName());
  private static final int MOST_THREADS = 1024;

  @Option(names = "--threads", paramLabel = "T", description = "Threads to compute on; default: one for each core.")
  Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--activation-memory",
      paramLabel = "MIB",
      description =
          "Memory for activations that are kept from one configuration to the next, in MiB;"
              + " default: a quarter of the machine's, at most 4096.")
  Optional<Integer> activationMemory = Optional.empty();

  /** The most bytes of activations to keep from one configuration to the next. */
  long activationBytes() {
    int wanted = activationMemory.orElse(0);
    if (wanted < 0) {
      throw new InvalidInputException("--activation-memory needs a number of MiB, not %d.".formatted(wanted));
    }
    return activationMemory.isEmpty() ? LocalEngine.defaultActivationBytes() : (long) wanted << 20;
  }

  /** Threads to compute on. */
  int threads() {
    int wanted = threads.orElse(Runtime.getRuntime().availableProcessors());
    if (wanted < 1 || wanted > MOST_THREADS) {
      throw new InvalidInputException("--threads needs a number from 1 to %d, not %d.".formatted(MOST_THREADS, wanted));
    }
    return wanted;
  }

  /**
   * An engine with those threads.
   *
   * @throws InvalidInputException when this installation or machine lacks what the integer kernels need
   */
  LocalEngine engine() {
    int wanted = threads();
    try {
      LOG.fine(KernelChoice.best().reason());
    } catch (IllegalStateException | ExceptionInInitializerError obstacle) {
      throw new InvalidInputException(Sentences.oneLine(obstacle), obstacle);
    }
    return new LocalEngine(wanted, activationBytes());
  }
}
