package io.bitloupe.ui.bench;

import io.bitloupe.ui.task.Tasks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets a background thread do things with the window one after the other, as a person would. */
final class FxScript {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int PATIENCE_SECONDS = Integer.getInteger("bitloupe.bench.patience", 150);

  private final Tasks tasks;

  FxScript(Tasks tasks) {
    this.tasks = tasks;
  }

  /** Does {@code action} on the FX thread and waits for it. */
  void run(Runnable action) {
    get(
        () -> {
          action.run();
          return true;
        });
  }

  /** Computes something on the FX thread and waits for it. */
  <T> T get(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    tasks.onFx(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
          }
        });
    return join(answer, "an answer");
  }

  /** Waits until {@code condition} holds on the FX thread. */
  void await(String what, BooleanSupplier condition) {
    CompletableFuture<Boolean> holds = new CompletableFuture<>();
    tasks.onFx(() -> look(condition, holds));
    join(holds, what);
  }

  private void look(BooleanSupplier condition, CompletableFuture<Boolean> holds) {
    if (condition.getAsBoolean()) {
      holds.complete(true);
    } else if (!holds.isDone()) {
      tasks.schedule(LOOK, () -> look(condition, holds));
    }
  }

  private static <T> T join(CompletableFuture<T> future, String what) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      future.cancel(false);
      throw new IllegalStateException("waited in vain for " + what, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    }
  }
}
