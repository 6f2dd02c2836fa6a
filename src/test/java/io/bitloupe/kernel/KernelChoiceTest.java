package io.bitloupe.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.kernel.scalar.ScalarKernels;
import io.bitloupe.kernel.vector.VectorKernels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        .containsExactlyInAnyOrder("scalar", "vector", "machine", "onnxruntime");
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

  @Test
  void withoutTheVectorModuleOneSentenceSaysWhatIsMissing() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), WithoutModule.class.getName());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.strip())
        .isEqualTo("Java was started without the module jdk.incubator.vector, which the integer kernels need:"
            + " add --add-modules jdk.incubator.vector.");
  }

  /** Asks for the kernels in a Java that was started without modules. */
  static final class WithoutModule {
    private WithoutModule() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(KernelChoice::best).isInstanceOf(IllegalStateException.class);
      }
      try {
        System.out.println(KernelChoice.best());
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
