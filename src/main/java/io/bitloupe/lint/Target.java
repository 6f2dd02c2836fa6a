package io.bitloupe.lint;

import io.bitloupe.exec.Processor;
import io.bitloupe.model.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where a quantized model is to run. */
public enum Target {
  /** ONNX Runtime on x86-64 with VNNI or AMX: 8-bit products are added in 32 bits. */
  ORT_VNNI("ort-vnni", "ONNX Runtime on x86 with VNNI"),
  /** ONNX Runtime on x86-64 without VNNI: pairs of 8-bit products are added in 16 bits, which saturate. */
  ORT_AVX2("ort-avx2", "ONNX Runtime on x86 without VNNI"),
  /** ONNX Runtime on 64-bit ARM. */
  ORT_ARM("ort-arm", "ONNX Runtime on ARM"),
  /** TensorRT with explicit quantization: symmetric codes. */
  TENSORRT("tensorrt", "TensorRT"),
  /** A microcontroller's accelerator: 8 bits, one scale for each tensor. */
  NPU_8BIT("npu-8bit", "8-bit NPU, one scale for each tensor");

  private final String id;
  private final String title;

  Target(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** The name on the command line. */
  public String id() {
    return id;
  }

  /** The name for people. */
  public String title() {
    return title;
  }

  /** ONNX Runtime on this machine. */
  public static Target ofThisMachine() {
    if (!Processor.isX86()) {
      return ORT_ARM;
    }
    return Processor.addsProductsWithoutSaturation() ? ORT_VNNI : ORT_AVX2;
  }

  /** Whether ONNX Runtime runs the model there. */
  public boolean isOnnxRuntime() {
    return this == ORT_VNNI || this == ORT_AVX2 || this == ORT_ARM;
  }

  /**
   * The target with the name {@code id}.
   *
   * @throws InvalidInputException with one sentence, when there is none
   */
  public static Target parse(String id) {
    return Arrays.stream(values())
        .filter(target -> target.id.equals(id.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "'%s' is no target; use %s.".formatted(id, Arrays.stream(values()).map(Target::id).collect(Collectors.joining(", ")))));
  }
}
