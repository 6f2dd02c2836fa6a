package io.bitloupe.cost;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Times of layers that somebody measured, one for each layer and pair of widths (Wang et al., HAQ, 1811.08886, looks latency up
 * in the same way).
 *
 * @param name what was measured
 * @param milliseconds for one sample
 * @param restMilliseconds for one sample outside of all layers
 */
public record LatencyTable(String name, Map<Key, Double> milliseconds, double restMilliseconds) implements LatencyModel {

  /** Name of the row that stands for everything outside of layers. */
  public static final String REST = "*";

  private static final String HEADER = "layer,weightBits,activationBits,milliseconds";
  private static final int COLUMNS = 4;
  private static final long LARGEST_FILE = 64L << 20;

  /**
   * What a time is for.
   *
   * @param layer name of the layer
   * @param weightBits width of its weights; 32 in float
   * @param activationBits width of the activations that it reads; 32 in float
   */
  public record Key(String layer, int weightBits, int activationBits) {}

  /** Copies the map. */
  public LatencyTable {
    milliseconds = Collections.unmodifiableMap(new LinkedHashMap<>(milliseconds));
  }

  /** The same times under another name. */
  public LatencyTable named(String other) {
    return new LatencyTable(other, milliseconds, restMilliseconds);
  }

  @Override
  public Optional<String> obstacle(LayerWork work) {
    return milliseconds.containsKey(key(work))
        ? Optional.empty()
        : Optional.of(
            "%s has no time for the layer %s with %d-bit weights and %d-bit activations."
                .formatted(name, work.layer(), work.weightBits(), work.inputBits()));
  }

  @Override
  public double milliseconds(LayerWork work) {
    Double known = milliseconds.get(key(work));
    if (known == null) {
      throw new InvalidInputException(obstacle(work).orElseThrow());
    }
    return known;
  }

  private static Key key(LayerWork work) {
    return new Key(work.layer(), work.weightBits(), work.inputBits());
  }

  /** Writes the table as CSV; layer names with commas or quotes are quoted. */
  public void write(Path file) {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    text.append(REST).append(",,,").append(restMilliseconds).append('\n');
    milliseconds.forEach(
        (key, time) ->
            text.append(quoted(key.layer()))
                .append(String.format(Locale.ROOT, ",%d,%d,", key.weightBits(), key.activationBits()))
                .append(time)
                .append('\n'));
    AtomicFile.writeText(file, text.toString());
  }

  /**
   * Reads a table from CSV with the columns {@code layer,weightBits,activationBits,milliseconds}; the row of the layer {@code *}
   * holds the time outside of layers.
   *
   * @throws InvalidInputException with one sentence that names the line, when it is none
   */
  public static LatencyTable read(Path file) {
    List<String> lines;
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new InvalidInputException("%s is larger than any latency table.".formatted(file));
      }
      lines = Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, AtomicFile.reason(unreadable)), unreadable);
    }
    if (lines.isEmpty() || !lines.getFirst().replace("\ufeff", "").strip().equals(HEADER)) {
      throw new InvalidInputException("%s is no latency table: its first line is not %s.".formatted(file, HEADER));
    }
    Map<Key, Double> times = new LinkedHashMap<>();
    double rest = 0;
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      List<String> cells = Csv.split(line);
      if (cells.size() != COLUMNS) {
        throw new InvalidInputException("%s, line %d: %d columns where 4 are needed.".formatted(file, i + 1, cells.size()));
      }
      try {
        double time = Double.parseDouble(cells.getLast());
        if (!(time >= 0 && Double.isFinite(time))) {
          throw new NumberFormatException(cells.getLast());
        }
        if (cells.getFirst().equals(REST)) {
          rest = time;
        } else {
          times.put(new Key(cells.getFirst(), Integer.parseInt(cells.get(1)), Integer.parseInt(cells.get(2))), time);
        }
      } catch (NumberFormatException notANumber) {
        throw new InvalidInputException("%s, line %d: a number is wrong.".formatted(file, i + 1), notANumber);
      }
    }
    if (times.isEmpty()) {
      throw new InvalidInputException("%s holds no time of any layer.".formatted(file));
    }
    return new LatencyTable(String.valueOf(file.getFileName()), times, rest);
  }

  private static String quoted(String cell) {
    return cell.contains(",") || cell.contains("\"") ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }
}
