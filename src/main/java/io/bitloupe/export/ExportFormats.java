package io.bitloupe.export;

import java.util.List;
import java.util.Optional;

/** The formats that this version writes. */
public final class ExportFormats {

  private static final List<ExportFormat> ALL = List.of(new QdqOnnxFormat(), new BitloupeConfigFormat());

  private ExportFormats() {}

  /** All formats, the most useful first. */
  public static List<ExportFormat> all() {
    return ALL;
  }

  /** The format with the name {@code id}. */
  public static Optional<ExportFormat> byId(String id) {
    return ALL.stream().filter(format -> format.id().equals(id)).findFirst();
  }
}
