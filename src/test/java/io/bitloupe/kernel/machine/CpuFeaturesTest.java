package io.bitloupe.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where machine code is not meant to run, none is emitted, and the choice of kernels goes on to others with a sentence. */
class CpuFeaturesTest {

  @ParameterizedTest
  @CsvSource({"Linux, aarch64", "Mac OS X, aarch64", "Mac OS X, x86_64", "Windows 11, amd64", "Linux, riscv64"})
  void otherMachinesHaveNone(String system, String architecture) {
    CpuFeatures features = CpuFeatures.detect(system, architecture);
    assertThat(features.vnni()).isFalse();
    assertThat(features.amx()).isFalse();
    assertThat(new MachineKernelProvider(() -> features).obstacle())
        .hasValueSatisfying(sentence -> assertThat(sentence).endsWith("this is %s on %s.".formatted(system, architecture)));
    assertThat(new MachineKernelProvider(() -> features).isPortable()).isFalse();
  }

  @Test
  void thisMachineIsAskedByItsOwnNames() {
    assertThat(CpuFeatures.detect()).isEqualTo(CpuFeatures.detect(System.getProperty("os.name"), System.getProperty("os.arch")));
  }
}
