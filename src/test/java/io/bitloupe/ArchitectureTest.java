package io.bitloupe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The house rules: which package may know which. */
class ArchitectureTest {

  private static final String ROOT = "io.bitloupe.";

  /** Tiers from the top: each may use what stands below it, and its neighbours as long as there is no cycle. */
  private static final List<List<String>> TIERS =
      List.of(
          List.of("ui", "cli"),
          List.of("session", "search", "export", "lint", "report"),
          List.of("engine"),
          List.of("method"),
          List.of("exec", "cost", "metric", "data"),
          List.of("qdq", "kernel"),
          List.of("onnx", "config"),
          List.of("quant", "util"),
          List.of("model"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.bitloupe");

  @Test
  void nobodyLooksUp() {
    assertThat(CLASSES).hasSizeGreaterThan(300);
    List<String> above = new ArrayList<>();
    for (List<String> tier : TIERS) {
      if (!above.isEmpty()) {
        noClasses()
            .that()
            .resideInAnyPackage(packages(tier))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages(above))
            .because("dependencies point from the window to the model, never back")
            .allowEmptyShould(true)
            .check(CLASSES);
      }
      above.addAll(tier);
    }
  }

  @Test
  void everyPackageHasItsTier() {
    List<String> known = TIERS.stream().flatMap(List::stream).toList();
    Stream<String> strangers =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).split("\\.")[0])
            .distinct()
            .filter(name -> !known.contains(name));
    assertThat(strangers).isEmpty();
  }

  @Test
  void noCycles() {
    slices().matching("io.bitloupe.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** What is tied to one technology stays in one place, so that it can be replaced there. */
  @ParameterizedTest
  @CsvSource({
    "javafx.., io.bitloupe.ui..",
    "jdk.incubator.vector.., io.bitloupe.kernel.vector..",
    "java.lang.foreign.., io.bitloupe.kernel..|io.bitloupe.exec..|io.bitloupe.engine..|io.bitloupe.ui..",
    "ai.onnxruntime.., io.bitloupe.exec..",
    "ai.onnx.proto.., io.bitloupe.onnx..",
    "com.google.protobuf.., io.bitloupe.onnx..",
    "org.jfree.., io.bitloupe.ui..",
    "picocli.., io.bitloupe.cli..",
  })
  void technologyStaysInItsPlace(String technology, String places) {
    noClasses()
        .that()
        .resideOutsideOfPackages(places.split("\\|"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(technology)
        .check(CLASSES);
  }

  /** Threads belong to the engine's pools and the window's tasks; the bench drives ONNX Runtime from several at once. */
  @Test
  void nobodyUsesThreadsThatAreNobodys() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.bitloupe.engine.bench..")
        .should()
        .callMethod(BaseStream.class, "parallel")
        .orShould()
        .callMethod(Stream.class, "parallel")
        .orShould()
        .callMethod(IntStream.class, "parallel")
        .orShould()
        .callMethod(Collection.class, "parallelStream")
        .orShould()
        .callMethod(List.class, "parallelStream")
        .check(CLASSES);
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> ROOT + name + "..").toArray(String[]::new);
  }
}
