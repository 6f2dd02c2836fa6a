package io.bitloupe.ui.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.FormatText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.model.LayerKind;
import io.bitloupe.quant.Granularity;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Opened;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayersViewModelTest {
  @Test
  void filtersByNameOperatorAndShape() {
    Opened opened = Opened.withData(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    assertThat(layers.visibleRows()).hasSize(14);
    layers.searchProperty().set("B02");
    assertThat(layers.visibleRows()).extracting(LayerRow::name).containsExactly("b02.expand", "b02.dw", "b02.project");
    assertThat(layers.countProperty().get()).isEqualTo("3 of 14 layers");
    layers.searchProperty().set("24×1×3×3");
    assertThat(layers.visibleRows()).hasSize(4);
    layers.searchProperty().set("");
    layers.kindsProperty().set(Set.of(LayerKind.GEMM));
    assertThat(layers.visibleRows()).extracting(LayerRow::name).containsExactly("logits");
  }

  /** Bytes and the noise of the weights need no data. */
  @Test
  void withoutDataShowsWhatWeightsTell() {
    Opened opened = new Opened(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    opened.workspace.openModel(Path.of("small.onnx"));
    LayerRow row = layers.rows().getFirst();
    double eight = row.figures().weightSqnr().orElseThrow();
    long bytes = row.figures().bytes().orElseThrow();
    assertThat(eight).isBetween(35.0, 60.0);
    assertThat(LayerColumn.OUTPUT_SQNR.text(row)).isEqualTo(Figures.NONE);
    assertThat(LayerColumn.TIME.text(row)).isEqualTo(Figures.NONE);
    opened.workspace.apply(opened.edits.weightBits(List.of(row.layer()), 4));
    assertThat(row.figures().weightSqnr().orElseThrow()).isLessThan(eight - 15);
    assertThat(row.figures().bytes().orElseThrow()).isLessThan(bytes);
  }

  @Test
  void withDataWaitsForWhatIsBeingMeasured() {
    Opened opened = Opened.withData(false);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    assertThat(LayerColumn.OUTPUT_SQNR.text(layers.rows().getFirst())).isEqualTo(Figures.UNKNOWN);
  }

  /** A column for two digits has no room for names: formats show their bits, with a star, float its short name. */
  @Test
  void formatsFitTheColumnOfBits() {
    Opened opened = new Opened(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    opened.workspace.openModel(Path.of("small.onnx"));
    TensorChoice nf4 = new TensorChoice.Coded(FormatText.parse("nf4"), new Granularity.PerBlock(64));
    opened.workspace.apply(new ConfigChange("nf4", config -> config.withDefaults(nf4, TensorChoice.FLOAT)));
    LayerRow row = layers.rows().getFirst();
    assertThat(LayerColumn.WEIGHT_BITS.text(row)).isEqualTo("4*");
    assertThat(LayerColumn.ACTIVATION_BITS.text(row)).isEqualTo("f32");
    assertThat(LayerColumn.GRANULARITY.text(row)).isEqualTo("block 64");
    assertThat(Terms.bits(nf4)).isEqualTo("NF4");
  }

  /** An empty box would look like a choice that is missing. */
  @Test
  void whereAFormatDecidesTheBoxesSaySo() {
    Opened opened = Opened.withData(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    TensorChoice nf4 = new TensorChoice.Coded(FormatText.parse("nf4"), new Granularity.PerBlock(64));
    String first = layers.rows().get(0).layer().weight().orElseThrow();
    opened.workspace.apply(ConfigEdits.weightChoice(first, "nf4", _ -> nf4));
    opened.select(0);
    assertThat(layers.insteadOfCommonWeight()).isEqualTo("by NF4");
    assertThat(layers.insteadOfCommonGranularity()).isEqualTo("block 64");
    assertThat(layers.isFloatSelected()).isFalse();
    opened.select(0, 1);
    assertThat(layers.insteadOfCommonWeight()).isEqualTo("mixed");
    assertThat(layers.insteadOfCommonGranularity()).isEqualTo("mixed");
    opened.workspace.apply(ConfigEdits.weightChoice(first, "float", _ -> TensorChoice.FLOAT));
    opened.select(0);
    assertThat(layers.insteadOfCommonWeight()).isEqualTo("in float");
  }

  @Test
  void aChangedLayerLosesItsFiguresUntilItIsMeasuredAgain() {
    Opened opened = Opened.withData(false);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    opened.engine.last().complete();
    assertThat(layers.rows().get(1).figures().weightSqnr()).hasValue(48);
    layers.select(List.of(layers.rows().get(1), layers.rows().get(2)), Optional.of(layers.rows().get(2)));
    layers.setWeightBits(4);
    assertThat(layers.rows().get(1).figures().weightSqnr()).isEmpty();
    assertThat(layers.rows().get(1).figures().weightDiffers()).isTrue();
    assertThat(layers.rows().get(0).figures().weightSqnr()).as("unchanged weights keep theirs").hasValue(48);
    assertThat(layers.rows().get(0).figures().outputStale()).isTrue();
    opened.tasks.advance();
    opened.engine.last().complete();
    assertThat(layers.rows().get(1).figures().weightSqnr()).hasValue(24);
    assertThat(layers.rows().get(0).figures().outputStale()).isFalse();
  }

  @Test
  void barsOfSizeAndTimeAreFullAtTheGreatest() {
    Opened opened = Opened.withData(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    assertThat(LayerColumn.SIZE.share(layers.rows().get(1))).as("216 of 216 weights").hasValue(1);
    assertThat(LayerColumn.SIZE.share(layers.rows().get(0))).as("192 of them").hasValue(Math.sqrt(192.0 / 216));
    assertThat(LayerColumn.TIME.share(layers.rows().get(0))).hasValue(1);
    assertThat(LayerColumn.TIME.order().compare(layers.rows().get(0), layers.rows().get(1))).isZero();
  }

  @Test
  void editsReachTheSelectionAndSkipLayersWithoutWeights() {
    Opened opened = Opened.withData(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    layers.select(layers.rows().subList(11, 14), Optional.empty());
    layers.setWeightBits(3);
    layers.setGranularity(Granularity.TENSOR);
    layers.setActivationBits(16);
    assertThat(opened.workspace.config().tensors().keySet())
        .containsExactlyInAnyOrder("b03.project.weight", "logits.weight", "b03.project.out", "attention.out", "logits.out");
    assertThat(layers.commonWeight(choice -> choice.format().bits())).contains(3);
    assertThat(layers.commonWeight(TensorChoice.Quantized::granularity)).contains(Granularity.TENSOR);
    assertThat(layers.selectionTitleProperty().get()).isEqualTo("3 layers selected");
    layers.reset();
    assertThat(opened.workspace.config().tensors()).isEmpty();
    layers.setFloat();
    assertThat(layers.isFloatSelected()).isTrue();
    assertThat(opened.workspace.historyProperty().get().currentStep().orElseThrow().description()).isEqualTo("3 layers to float");
  }

  @Test
  void mixedSelectionsHaveNothingInCommon() {
    Opened opened = Opened.withData(true);
    LayersViewModel layers = new LayersViewModel(opened.workspace);
    layers.select(layers.rows().subList(0, 1), Optional.empty());
    layers.setWeightBits(3);
    layers.select(layers.rows().subList(0, 2), Optional.empty());
    assertThat(layers.commonWeight(choice -> choice.format().bits())).isEmpty();
  }
}
