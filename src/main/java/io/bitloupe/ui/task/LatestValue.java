package io.bitloupe.ui.task;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries values from any thread to the FX thread and drops those that are overtaken on the way, so that a fast source cannot flood
 * the queue of a slow window.
 *
 * @param <T> what is carried
 */
public final class LatestValue<T> {
  private final Tasks tasks;
  private final Consumer<? super T> consumer;
  private final AtomicReference<@Nullable T> waiting = new AtomicReference<>();

  /** Hands values to {@code consumer} on the FX thread. */
  public LatestValue(Tasks tasks, Consumer<? super T> consumer) {
    this.tasks = tasks;
    this.consumer = consumer;
  }

  /** Offers a value, from any thread. */
  public void set(T value) {
    if (waiting.getAndSet(value) == null) {
      tasks.onFx(this::deliver);
    }
  }

  private void deliver() {
    T value = waiting.getAndSet(null);
    if (value != null) {
      consumer.accept(value);
    }
  }
}
