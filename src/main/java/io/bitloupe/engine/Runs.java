package io.bitloupe.engine;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A run directory for each model, so that what was measured outlives the work that measured it, and the process. The directories of
 * the models that were used last are kept. Where one cannot be used, what is measured lasts as long as the process. Thread-safe.
 */
public final class Runs {

  /** How many models' directories are kept. */
  static final int KEPT = 10;

  private static final Logger LOG = Logger.getLogger(Runs.class.getName());
  private static final int DIGITS = 16;

  private final Optional<Path> folder;
  private final Map<String, Run> open = new HashMap<>();

  /**
   * What is known of a model.
   *
   * @param journal answers of configurations
   * @param latency what this machine takes
   */
  public record Run(ResponseJournal journal, KeptLatency latency) {}

  private Runs(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Directories in {@code folder}, which is made with the first. */
  public static Runs in(Path folder) {
    return new Runs(Optional.of(folder));
  }

  /** Nothing outlives the process. */
  public static Runs inMemory() {
    return new Runs(Optional.empty());
  }

  /** The run of {@code model}. */
  public synchronized Run of(Model model) {
    return open.computeIfAbsent(model.sha256(), this::open);
  }

  private Run open(String sha256) {
    try {
      return folder.map(it -> kept(it, sha256)).orElseGet(Runs::forgotten);
    } catch (InvalidInputException unusable) {
      LOG.log(Level.INFO, unusable.getMessage(), unusable);
      return forgotten();
    }
  }

  private static Run kept(Path folder, String sha256) {
    Path own = folder.resolve(sha256.substring(0, DIGITS));
    ResponseFile journal = ResponseFile.open(own);
    try {
      Files.setLastModifiedTime(own, FileTime.fromMillis(System.currentTimeMillis()));
      deleteOld(folder);
    } catch (IOException untidy) {
      LOG.log(Level.FINE, "old run directories stay", untidy);
    }
    return new Run(journal, new KeptLatency(Optional.of(own)));
  }

  private static Run forgotten() {
    return new Run(ResponseJournal.inMemory(), new KeptLatency(Optional.empty()));
  }

  private static void deleteOld(Path folder) throws IOException {
    for (Path old : byAge(folder).stream().skip(KEPT).toList()) {
      for (Path file : list(old)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(old);
    }
  }

  private static List<Path> byAge(Path folder) throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path run : list(folder)) {
      times.put(run, Files.getLastModifiedTime(run));
    }
    return times.entrySet().stream()
        .sorted(Map.Entry.<Path, FileTime>comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.toList();
    }
  }
}
