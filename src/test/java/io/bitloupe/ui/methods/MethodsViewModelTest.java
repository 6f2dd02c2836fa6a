package io.bitloupe.ui.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.RecipeText;
import io.bitloupe.engine.Job;
import io.bitloupe.engine.Workbench;
import io.bitloupe.method.DataFree;
import io.bitloupe.method.Effect;
import io.bitloupe.ui.workspace.Opened;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MethodsViewModelTest {

  private static final Effect HALVED = new Effect("adaround", "conv", Effect.Quantity.OUTPUT_ERROR, 0.2, 0.1);

  private final List<Trying.Attempt> tried = new ArrayList<>();

  private void fake(Workbench workbench, List<Trying.Attempt> attempts, Trying.Listener listener, Job job) {
    tried.addAll(attempts);
    for (int i = 0; i < attempts.size(); i++) {
      listener.begins(i);
      listener.changes(i, List.of(HALVED));
      if (attempts.get(i).config().recipe().toString().contains("smoothquant")) {
        listener.refuses(i, "It cannot be.");
      }
    }
  }

  @Test
  void recipesAreTriedAndOneIsKept() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    methods.add("adaround:iterations=5");
    methods.add("adaround:iterations=5");
    methods.add("smoothquant");
    assertThat(methods.trialsProperty().get()).hasSize(3).allMatch(trial -> trial.state() == Trial.State.WAITING);
    methods.start();
    assertThat(tried).hasSize(3);
    assertThat(tried.getFirst()).isEqualTo(new Trying.Attempt(opened.workspace.config(), Optional.empty()));
    assertThat(methods.trialsProperty().get().get(1).effects()).containsExactly(HALVED);
    assertThat(methods.trialsProperty().get().get(2).state()).isEqualTo(Trial.State.REFUSED);
    assertThat(methods.trialsProperty().get().get(2).problem()).isEqualTo("It cannot be.");
    assertThat(methods.runningProperty().get()).isFalse();
    methods.keep(methods.trialsProperty().get().get(1));
    assertThat(opened.workspace.config().recipe()).isEqualTo(RecipeText.parse("adaround:iterations=5"));
    assertThat(methods.trialsProperty().get().get(2).state()).as("keeping a recipe measures nothing anew").isEqualTo(Trial.State.REFUSED);
    opened.workspace.undo();
    assertThat(opened.workspace.config().recipe()).isEmpty();
    methods.discard(methods.trialsProperty().get().get(2));
    methods.discard(methods.trialsProperty().get().getFirst());
    assertThat(methods.trialsProperty().get()).as("the configuration without a recipe stays").hasSize(2);
  }

  @Test
  void samplesThatNeedNoDataAreTriedBesideRealOnes() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    methods.samplesProperty().set(Optional.of(DataFree.NOISE));
    methods.add("");
    methods.add(" ");
    methods.start();
    assertThat(tried).extracting(Trying.Attempt::samples).containsExactly(Optional.empty(), Optional.of(DataFree.NOISE));
    methods.discard(methods.trialsProperty().get().getLast());
    assertThat(methods.trialsProperty().get()).hasSize(1);
  }

  @Test
  void aRecipeCanBeForTheSelectedLayers() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    opened.select(0);
    methods.selectedOnlyProperty().set(true);
    methods.add("adaround");
    String layer = opened.workspace.layers().selected().getFirst().name();
    assertThat(methods.trialsProperty().get().getLast().steps().getFirst().settings()).containsEntry("layers", layer);
  }

  @Test
  void anotherConfigurationIsToBeTriedAgain() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    methods.add("smoothquant");
    methods.start();
    assertThat(methods.trialsProperty().get().getLast().state()).isEqualTo(Trial.State.REFUSED);
    opened.workspace.apply(opened.edits.weightBits(opened.workspace.modelProperty().get().orElseThrow().layers(), 3));
    assertThat(methods.trialsProperty().get()).hasSize(2).allMatch(trial -> trial.state() == Trial.State.WAITING);
  }

  @Test
  void recipesStayWhenTheModelIsCalibratedAgain() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    methods.add("smoothquant");
    methods.start();
    opened.workspace.calibrate();
    assertThat(methods.trialsProperty().get()).hasSize(2).allMatch(trial -> trial.state() == Trial.State.WAITING);
    opened.workspace.openModel(Path.of("other.onnx"));
    assertThat(methods.trialsProperty().get()).as("another model begins anew").hasSize(1);
  }

  @Test
  void aRecipeThatIsThereIsFoundAgain() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    int added = methods.add("smoothquant").orElseThrow();
    methods.add("awq");
    assertThat(methods.add("smoothquant")).hasValue(added);
    assertThat(methods.add("magic")).isEmpty();
  }

  @Test
  void cancelledFromTheStatusBarTheyWaitAndTheStepIsMeasured() {
    Opened opened = Opened.withData(false);
    MethodsViewModel methods =
        new MethodsViewModel(
            opened.workspace,
            (_, _, listener, job) -> {
              listener.begins(0);
              opened.workspace.cancelActivity();
              listener.begins(0);
              job.checkCancelled();
            });
    methods.start();
    assertThat(methods.runningProperty().get()).isFalse();
    assertThat(methods.trialsProperty().get()).allMatch(trial -> trial.state() == Trial.State.WAITING);
    opened.tasks.advance();
    assertThat(opened.workspace.runningStepProperty().get()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsSaidInOneSentence() {
    Opened opened = Opened.withData(true);
    MethodsViewModel methods = new MethodsViewModel(opened.workspace, this::fake);
    methods.add("magic");
    assertThat(opened.workspace.noticeProperty().get().orElseThrow().sentence()).startsWith("There is no method 'magic'");
    assertThat(methods.trialsProperty().get()).hasSize(1);
    methods.offered().forEach(methods::add);
    assertThat(methods.trialsProperty().get()).hasSize(1 + methods.offered().size());
  }

  @Test
  void factorsAreGeometricMeans() {
    Effect doubled = new Effect("adaround", "fc", Effect.Quantity.OUTPUT_ERROR, 1, 0.125);
    assertThat(EffectSummary.factor(List.of(HALVED, doubled))).isCloseTo(0.25, within(1e-12));
    assertThat(EffectSummary.of(List.of(HALVED, doubled))).isEqualTo("output error × 0.250");
    for (Effect.Quantity quantity : Effect.Quantity.values()) {
      assertThat(EffectSummary.title(quantity)).isNotBlank();
    }
  }
}
