package io.bitloupe.ui.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.export.ExportFormats;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExportKindTest {

  @Test
  void theWindowWritesWhatTheCommandLineWrites() {
    assertThat(Arrays.stream(ExportKind.values()).map(ExportKind::format)).containsExactlyInAnyOrderElementsOf(ExportFormats.all());
  }

  @Test
  void filesAreNamedAfterModelAndFormat() {
    assertThat(ExportKind.CONFIGURATION.fileName("net.onnx")).isEqualTo("net.bitloupe.json");
    assertThat(ExportKind.QDQ.fileName("net.onnx")).isEqualTo("net.qdq.onnx");
    assertThat(ExportKind.AIMET_100.fileName("net")).isEqualTo("net.aimet-1.0.0.encodings");
    assertThat(ExportKind.ORT_OVERRIDES.title()).isEqualTo("ONNX Runtime quantizer overrides");
  }
}
