package io.bitloupe.cli;

import io.bitloupe.exec.Progress;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on standard error: a bar on a terminal; elsewhere a line now and then for work that takes long. */
final class ConsoleProgress implements Progress, AutoCloseable {

  private static final int WIDTH = 100;
  private static final int BAR_UPDATE_MILLIS = 100;
  private static final long LINE_EVERY_NANOS = 10_000_000_000L;

  private final Console console;
  private final String task;
  private Optional<ProgressBar> bar = Optional.empty();
  private long lastLine = System.nanoTime();

  ConsoleProgress(Console console, String task) {
    this.console = console;
    this.task = task;
  }

  @Override
  public synchronized void report(long done, long total) {
    if (console.isTerminal()) {
      ProgressBar shown = bar.orElseGet(this::createBar);
      bar = Optional.of(shown);
      shown.maxHint(total);
      shown.stepTo(done);
    } else if (done > 0 && System.nanoTime() - lastLine >= LINE_EVERY_NANOS) {
      lastLine = System.nanoTime();
      console.warn(String.format(Locale.ROOT, "%s: %d of %d", task, done, total));
    }
  }

  /** Prints {@code text}, whole lines, to standard output; the bar moves below them. */
  synchronized void print(String text) {
    if (bar.isPresent()) {
      console.err().print("\r" + " ".repeat(WIDTH) + "\r");
      console.err().flush();
    }
    console.print(text);
  }

  private ProgressBar createBar() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(BAR_UPDATE_MILLIS)
        .setMaxRenderedLength(WIDTH)
        .clearDisplayOnFinish()
        .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
        .build();
  }

  @Override
  public boolean isCancelled() {
    return console.isInterrupted();
  }

  @Override
  public synchronized void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
