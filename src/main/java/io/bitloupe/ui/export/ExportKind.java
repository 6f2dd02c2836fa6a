package io.bitloupe.ui.export;

import io.bitloupe.ui.i18n.Messages;

/** What can be exported. */
public enum ExportKind {
  /** The configuration with every scale and zero-point, as JSON. */
  CONFIGURATION("config", "json"),
  /** The quantized model with QuantizeLinear and DequantizeLinear, as ONNX. */
  QDQ("qdq", "onnx");

  private final String key;
  private final String extension;

  ExportKind(String key, String extension) {
    this.key = key;
    this.extension = extension;
  }

  /** Ending of the file, without the dot. */
  public String extension() {
    return extension;
  }

  /** Name in menus. */
  public String title() {
    return Messages.get("export." + key);
  }

  /** File name to offer for a model file. */
  public String fileName(String model) {
    String stem = model.endsWith(".onnx") ? model.substring(0, model.length() - 5) : model;
    return stem + (this == QDQ ? "-qdq.onnx" : ".bitloupe.json");
  }
}
