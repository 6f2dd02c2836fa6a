package io.bitloupe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.ErrorManager;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of this program: a file in the user's folder for such things, made when there is something to write. Nothing of it
 * reaches standard error.
 */
public final class LogFile {

  private static final int LARGEST_BYTES = 2 << 20;
  private static final int KEPT = 3;
  private static final String NAME = "bitloupe-%g.log";

  private LogFile() {}

  /** Sends everything that is logged from now on to the file, and nothing to the console. */
  public static void install() {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.INFO);
    root.addHandler(new LazyFile());
  }

  /** Folder of the log, by the rules of the operating system. */
  public static Path folder() {
    String home = System.getProperty("user.home", ".");
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (system.contains("win")) {
      return Path.of(environment("LOCALAPPDATA").orElse(home), "Bitloupe", "logs");
    }
    if (system.contains("mac")) {
      return Path.of(home, "Library", "Logs", "Bitloupe");
    }
    return environment("XDG_STATE_HOME").map(Path::of).orElse(Path.of(home, ".local", "state")).resolve("bitloupe");
  }

  /** The file that is written to. */
  public static Path file() {
    return folder().resolve(NAME.replace("%g", "0"));
  }

  private static Optional<String> environment(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
  }

  /** Opens the file at the first record. */
  private static final class LazyFile extends Handler {

    private Optional<Handler> file = Optional.empty();
    private boolean failed;

    LazyFile() {
      setErrorManager(
          new ErrorManager() {
            @Override
            public synchronized void error(String message, Exception failure, int code) {
              // there is nowhere left to say it
            }
          });
    }

    @Override
    public synchronized void publish(LogRecord logged) {
      if (!failed && file.isEmpty()) {
        open();
      }
      file.ifPresent(handler -> handler.publish(logged));
    }

    private void open() {
      try {
        Files.createDirectories(folder());
        FileHandler handler = new FileHandler(folder().resolve(NAME).toString(), LARGEST_BYTES, KEPT, true);
        handler.setEncoding("UTF-8");
        handler.setFormatter(new Line());
        handler.setErrorManager(getErrorManager());
        file = Optional.of(handler);
      } catch (IOException | RuntimeException unwritable) {
        failed = true;
      }
    }

    @Override
    public synchronized void flush() {
      file.ifPresent(Handler::flush);
    }

    @Override
    public synchronized void close() {
      file.ifPresent(Handler::close);
    }
  }

  /** Time, level, where from, message, and the stack trace where there is one. */
  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord logged) {
      StringBuilder line =
          new StringBuilder()
              .append(logged.getInstant())
              .append(' ')
              .append(logged.getLevel().getName())
              .append(' ')
              .append(logged.getLoggerName())
              .append(": ")
              .append(formatMessage(logged))
              .append('\n');
      if (logged.getThrown() != null) {
        StringWriter trace = new StringWriter();
        logged.getThrown().printStackTrace(new PrintWriter(trace));
        line.append(trace);
      }
      return line.toString();
    }
  }
}
