package io.bitloupe.exec;

/** Who computed a figure. */
public enum RuntimeKind {
  /** The plan of integer steps of our own. */
  INTEGER("integer"),
  /** The QDQ graph in ONNX Runtime without optimizations: float arithmetic on quantized values. */
  SIMULATED("simulated"),
  /** The exported QDQ file in ONNX Runtime with all optimizations. */
  ONNXRUNTIME("onnxruntime");

  private final String id;

  RuntimeKind(String id) {
    this.id = id;
  }

  /** The name on the command line and in files. */
  public String id() {
    return id;
  }
}
