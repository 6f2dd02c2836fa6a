package io.bitloupe.cli;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program of the user's that judges outputs: called with a folder of arrays, it prints one number as its last line. */
final class MetricProgram {

  /** Words between blanks; quotation marks keep blanks. */
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  /** What a system may put behind the name of a program. */
  private static final List<String> ENDINGS = List.of("", ".exe", ".com", ".bat", ".cmd");

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
    if (!isThere(words.getFirst())) {
      throw failed("there is no program %s".formatted(words.getFirst()));
    }
  }

  /** Whether {@code program} can be started: as a path, or from a folder of the search path; asked before long work. */
  private static boolean isThere(String program) {
    try {
      Path path = Path.of(program);
      Stream<Path> places =
          path.getNameCount() > 1 || path.isAbsolute()
              ? Stream.of(path)
              : Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                  .map(folder -> Path.of(folder, program));
      return places
          .flatMap(place -> ENDINGS.stream().map(ending -> place.resolveSibling(place.getFileName() + ending)))
          .anyMatch(place -> Files.isRegularFile(place) && Files.isExecutable(place));
    } catch (InvalidPathException strange) {
      // What is no path here may be one to the system.
      return true;
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
      try {
        process.getOutputStream().close();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          if (cancelled.getAsBoolean()) {
            throw new CancellationException("cancelled");
          }
        }
      } finally {
        process.destroyForcibly();
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
