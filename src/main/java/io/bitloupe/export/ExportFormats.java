package io.bitloupe.export;

import io.bitloupe.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formats that this version knows. */
public final class ExportFormats {

  private static final List<ExportFormat> ALL = formats();

  private ExportFormats() {}

  private static List<ExportFormat> formats() {
    List<ExportFormat> formats =
        new ArrayList<>(
            List.of(new QdqOnnxFormat(), new QOperatorFormat(), new WeightOnlyFormat(), new BitloupeConfigFormat()));
    formats.addAll(AimetFormat.versions());
    formats.addAll(
        List.of(
            new OrtOverridesFormat(),
            new OrtCalibrationFormat(),
            new TensorRtCacheFormat(),
            new NncfFormat(),
            new OliveFormat(),
            new NetronFormat(),
            new ModelExplorerFormat()));
    return List.copyOf(formats);
  }

  /** All formats, the most useful first. */
  public static List<ExportFormat> all() {
    return ALL;
  }

  /** Those that can be read back. */
  public static List<ReadableFormat> readable() {
    return ALL.stream().filter(ReadableFormat.class::isInstance).map(ReadableFormat.class::cast).toList();
  }

  /**
   * The format with the name {@code id}.
   *
   * @throws InvalidInputException with one sentence, when there is none
   */
  public static ExportFormat byId(String id) {
    return find(id, ALL, "This version writes no format '%s'; it writes %s.");
  }

  /**
   * The format with the name {@code id}, to read.
   *
   * @throws InvalidInputException with one sentence, when there is none, or it cannot be read
   */
  public static ReadableFormat readableById(String id) {
    return find(id, readable(), "This version reads no format '%s'; it reads %s.");
  }

  private static <T extends ExportFormat> T find(String id, List<T> formats, String sentence) {
    return formats.stream()
        .filter(format -> format.id().equals(id.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new InvalidInputException(
                sentence.formatted(id, formats.stream().map(ExportFormat::id).collect(Collectors.joining(", ")))));
  }
}
