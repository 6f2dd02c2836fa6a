package io.bitloupe.ui;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.concurrent.Executor;
import javafx.application.Platform;
import org.junit.jupiter.api.Test;

class UiArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.bitloupe.ui");

  @Test
  void viewModelsKnowNoControl() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("ViewModel")
        .or()
        .resideInAnyPackage("io.bitloupe.ui.workspace..", "io.bitloupe.ui.undo..", "io.bitloupe.ui.i18n..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javafx.scene..", "javafx.stage..", "javafx.fxml..", "org.jfree..", "java.awt..")
        .because("plain unit tests drive them, without a toolkit")
        .check(CLASSES);
  }

  @Test
  void threadsMeetTheWindowInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.bitloupe.ui.task..")
        .should()
        .callMethod(Platform.class, "runLater", Runnable.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executor.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .because("whoever needs a thread asks Tasks")
        .check(CLASSES);
  }

  @Test
  void featuresDoNotKnowEachOther() {
    SlicesRuleDefinition.slices()
        .matching("io.bitloupe.ui.(layers|distribution|channels|graph|samples|compare|arithmetic|tradeoff|history|status)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
    SlicesRuleDefinition.slices().matching("io.bitloupe.ui.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
