package io.bitloupe.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.kernel.vector.VectorKernels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {

  private record Fake(String name, int priority, Optional<String> obstacle, boolean isPortable) implements KernelProvider {
    @Override
    public String description() {
      return "for tests";
    }

    @Override
    public Kernels kernels() {
      return ScalarKernels.INSTANCE;
    }
  }

  private static final Fake SLOW = new Fake("slow", 0, Optional.empty(), true);
  private static final Fake MISSING = new Fake("fast", 5, Optional.of("The module is missing."), true);

  @Test
  void testsRunOnTheVectorKernels() {
    // Were the module missing here, every test of the vector path would be empty: this one fails instead.
    assertThat(KernelChoice.providers())
        .extracting(KernelProvider::name)
        .containsExactlyInAnyOrder("scalar", "vector", "machine");
    assertThat(KernelChoice.named("vector")).containsInstanceOf(VectorKernels.class);
    assertThat(KernelChoice.best().kernels().name()).isIn("vector", "machine");
    assertThat(KernelChoice.best().reason()).contains("fastest on this machine");
  }

  @Test
  void kernelsForCertainProcessorsArePassedOverElsewhere() {
    KernelProvider special = new Fake("special", 9, Optional.of("The processor lacks it."), false);
    assertThat(KernelChoice.choose(List.of(SLOW, special), Optional.empty()).reason()).startsWith("slow");
  }

  @Test
  void forcedByName() {
    KernelChoice choice = KernelChoice.choose(KernelChoice.providers(), Optional.of("scalar"));
    assertThat(choice.kernels()).isSameAs(ScalarKernels.INSTANCE);
    assertThat(choice.reason()).contains("forced by the property bitloupe.kernel");
    assertThat(KernelChoice.named("vector")).isPresent();
    assertThat(KernelChoice.named("unknown")).isEmpty();
  }

  @Test
  void failsLoudlyWhenTheFastestCannotRun() {
    assertThatThrownBy(() -> KernelChoice.choose(List.of(SLOW, MISSING), Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The module is missing.");
    assertThat(KernelChoice.choose(List.of(SLOW, MISSING), Optional.of("slow")).reason()).startsWith("slow");
  }

  @Test
  void namesWhatThereIs() {
    assertThatThrownBy(() -> KernelChoice.choose(List.of(SLOW, MISSING), Optional.of("gpu")))
        .hasMessage("There are no kernels named gpu: bitloupe.kernel can be one of fast, slow.");
  }
}
