package io.bitloupe.engine;

import java.util.OptionalDouble;

/**
 * Measured milliseconds for one sample at batch 1 on one thread, medians; empty until measured.
 *
 * @param integerRuntime the integer plan of our own
 * @param onnxruntimeQdq the exported file in ONNX Runtime
 * @param onnxruntimeFloat the float model in ONNX Runtime, interleaved with the former
 */
public record Latency(OptionalDouble integerRuntime, OptionalDouble onnxruntimeQdq, OptionalDouble onnxruntimeFloat) {

  /** Nothing measured. */
  public static final Latency UNKNOWN = new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
}
