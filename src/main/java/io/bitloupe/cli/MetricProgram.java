package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program of the user's that judges outputs: called with a folder of arrays, it prints one number as its last line. */
final class MetricProgram {

  /** Words between blanks; quotation marks keep blanks. */
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  private static final int POLL_MILLIS = 50;

  private final String command;
  private final List<String> words;

  MetricProgram(String command) {
    this.command = command;
    this.words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
    }
    if (words.isEmpty()) {
      throw new InvalidInputException("--metric-command names no program.");
    }
  }

  /**
   * What it prints for the arrays in {@code folder}.
   *
   * @throws InvalidInputException when it cannot be started, fails, or prints no number
   * @throws CancellationException when {@code cancelled} says so; the program is stopped
   */
  double judge(Path folder, BooleanSupplier cancelled) {
    List<String> call = new ArrayList<>(words);
    call.add(folder.toString());
    Path printed = folder.resolveSibling(folder.getFileName() + ".out");
    Path complaints = folder.resolveSibling(folder.getFileName() + ".err");
    try {
      Process process =
          new ProcessBuilder(call).redirectOutput(printed.toFile()).redirectError(complaints.toFile()).start();
      process.getOutputStream().close();
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        if (cancelled.getAsBoolean()) {
          process.destroyForcibly();
          throw new CancellationException("cancelled");
        }
      }
      if (process.exitValue() != 0) {
        String complaint = last(complaints).map(line -> " (" + line + ")").orElse("");
        throw failed("it ended with status %d%s".formatted(process.exitValue(), complaint));
      }
      String line = last(printed).orElseThrow(() -> failed("it printed nothing"));
      return number(line);
    } catch (IOException failure) {
      throw failed(AtomicFile.reason(failure));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private double number(String line) {
    try {
      double value = Double.parseDouble(line);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException notNumeric) {
      throw failed("the last line that it printed is '%s', which is no number".formatted(line), notNumeric);
    }
    throw failed("it printed %s".formatted(line));
  }

  private static Optional<String> last(Path file) throws IOException {
    return new String(Files.readAllBytes(file), Charset.defaultCharset())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((_, line) -> line);
  }

  private InvalidInputException failed(String reason) {
    return new InvalidInputException("The metric command '%s' gave no figure: %s.".formatted(command, reason));
  }

  private InvalidInputException failed(String reason, Exception cause) {
    return new InvalidInputException("The metric command '%s' gave no figure: %s.".formatted(command, reason), cause);
  }
}
