package io.bitloupe.engine;

import io.bitloupe.exec.Progress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A piece of background work with a name, progress and cancellation. Thread-safe. */
public final class Job implements Progress {

  private final String name;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong total = new AtomicLong(1);

  /** A job that has not begun. */
  public Job(String name) {
    this.name = name;
  }

  /** What it does, for people. */
  public String name() {
    return name;
  }

  /** Asks it to stop as soon as it can. */
  public void cancel() {
    cancelled.set(true);
  }

  @Override
  public boolean isCancelled() {
    return cancelled.get();
  }

  @Override
  public void report(long done, long total) {
    this.total.set(Math.max(1, total));
    this.done.set(done);
  }

  /** This job for work that ends early, as if cancelled, once {@code enough} holds; asked on any thread. */
  Progress until(BooleanSupplier enough) {
    return new Progress() {
      @Override
      public void report(long done, long total) {
        Job.this.report(done, total);
      }

      @Override
      public boolean isCancelled() {
        return Job.this.isCancelled() || enough.getAsBoolean();
      }
    };
  }

  /** Units done so far. */
  public long done() {
    return done.get();
  }

  /** Units in all, at least 1. */
  public long total() {
    return total.get();
  }
}
