package io.bitloupe.exec;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import io.bitloupe.util.ResidentMemory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Stops a run of an untrusted graph that takes too long or too much memory: a loop in a small file may ask for any number of
 * iterations and keep the results of all. ONNX Runtime stops between two nodes.
 */
final class RunLimit {

  private static final Executor SOON = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  private final RunOptions options;
  private final long deadline;
  private final long residentBefore;
  private final Duration longest;
  private final long mostBytes;
  private Optional<String> reason = Optional.empty();
  private boolean over;

  /** Watches a run that {@code options} are about to be given to. */
  RunLimit(RunOptions options, Duration longest, long mostBytes) {
    this.options = options;
    this.mostBytes = mostBytes;
    this.longest = longest;
    this.deadline = System.nanoTime() + longest.toNanos();
    this.residentBefore = residentBytes();
    SOON.execute(this::look);
  }

  /** Ends the watch; the options may be closed from now on. Returns why the run was stopped, if it was. */
  synchronized Optional<String> lift() {
    over = true;
    return reason;
  }

  private synchronized void look() {
    if (over) {
      return;
    }
    if (System.nanoTime() - deadline > 0) {
      stop("One run of it takes more than %d seconds.".formatted(longest.toSeconds()));
    } else if (residentBytes() - residentBefore > mostBytes) {
      stop("One run of it takes more than %d MB of memory.".formatted(mostBytes >> 20));
    } else {
      SOON.execute(this::look);
    }
  }

  private void stop(String why) {
    reason = Optional.of(why);
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Memory of this process, on systems that tell; else 0. */
  private static long residentBytes() {
    return ResidentMemory.now().orElse(0);
  }
}
