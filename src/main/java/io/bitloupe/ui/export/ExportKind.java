package io.bitloupe.ui.export;

import io.bitloupe.export.ExportFormat;
import io.bitloupe.export.ExportFormats;
import io.bitloupe.ui.i18n.Messages;

/** What can be exported: every format that the command line writes. */
public enum ExportKind {
  /** The configuration with every scale and zero-point, as JSON. */
  CONFIGURATION("bitloupe"),
  /** The quantized model with QuantizeLinear and DequantizeLinear. */
  QDQ("qdq"),
  /** The quantized model with integer operators. */
  QOPERATOR("qoperator"),
  /** Integer weights and float activations. */
  WEIGHT_ONLY("weight-only"),
  /** AIMET's encodings, as its first versions had them. */
  AIMET_061("aimet-0.6.1"),
  /** AIMET's encodings as lists. */
  AIMET_100("aimet-1.0.0"),
  /** AIMET's encodings after QuantizeLinear. */
  AIMET_200("aimet-2.0.0"),
  /** Overrides for ONNX Runtime's quantizer, with a loader in Python. */
  ORT_OVERRIDES("ort-overrides"),
  /** Ranges for ONNX Runtime's quantizer. */
  ORT_CALIBRATION("ort-calibration"),
  /** Scales for TensorRT. */
  TENSORRT_CACHE("tensorrt-cache"),
  /** Layers that NNCF leaves in float. */
  NNCF("nncf"),
  /** A pass of Olive. */
  OLIVE("olive"),
  /** Figures for Netron. */
  NETRON("netron"),
  /** Figures for Model Explorer. */
  MODEL_EXPLORER("model-explorer");

  private static final String MODEL_ENDING = ".onnx";

  private final String id;

  ExportKind(String id) {
    this.id = id;
  }

  /** The format that writes it. */
  ExportFormat format() {
    return ExportFormats.byId(id);
  }

  /** Whether it is one of the two that most are here for. */
  public boolean isUsual() {
    return this == CONFIGURATION || this == QDQ;
  }

  /** Ending of the file, without the dot. */
  public String extension() {
    return format().extension();
  }

  /** Name in menus. */
  public String title() {
    return Messages.get("export." + id);
  }

  /** File name to offer for a model file. */
  public String fileName(String model) {
    String stem = model.endsWith(MODEL_ENDING) ? model.substring(0, model.length() - MODEL_ENDING.length()) : model;
    return "%s.%s.%s".formatted(stem, id, extension());
  }
}
