package io.bitloupe.ui.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bitloupe.config.TensorChoice;
import io.bitloupe.exec.Progress;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.ui.TestModels;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Opened;
import io.bitloupe.ui.workspace.Selection;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChannelAnalysisTest {
  private final Model model = TestModels.small(Path.of("small.onnx"));

  private ChannelAnalysis of(int layer, int bits) {
    Layer it = model.layers().get(layer);
    return ChannelAnalysis.of(model, it, minMax(bits), Progress.NONE);
  }

  private static TensorChoice.Quantized minMax(int bits) {
    return new TensorChoice.Quantized(IntegerFormat.weights(bits), Granularity.CHANNEL, new RangeMethod.MinMax());
  }

  @Test
  void oneScaleStarvesSmallChannels() {
    ChannelAnalysis analysis = of(1, 8);
    assertThat(analysis.channels()).hasSize(24);
    ChannelAnalysis.Channel smallest = analysis.channels().getFirst();
    ChannelAnalysis.Channel largest = analysis.channels().getLast();
    assertThat(largest.codes()).isEqualTo(255);
    assertThat(largest.usableBits()).isCloseTo(8, within(0.01));
    assertThat(smallest.usableBits()).isLessThan(2);
    assertThat(analysis.tensor().zeroShare()).isGreaterThan(analysis.separate().zeroShare());
    assertThat(analysis.separate().medianSqnrDb()).isGreaterThan(analysis.tensor().medianSqnrDb() + 10);
    assertThat(analysis.separate().medianCodes()).isEqualTo(255);
  }

  @Test
  void aChannelThatStandsOutIsAnOutlier() {
    assertThat(of(1, 8).outliers()).as("sizes that grow evenly on a logarithmic axis").isEmpty();
    Layer layer = model.layers().get(1);
    float[] weights = model.weights(layer).floats();
    float[] changed = weights.clone();
    changed[5 * 9] = 1e6f;
    Map<String, Tensor> constants = new HashMap<>(model.graph().initializers());
    constants.put(layer.weight().orElseThrow(), Tensor.ofFloats(layer.weightShape(), changed));
    Graph graph = model.graph().with(model.graph().nodes(), constants);
    Model other =
        new Model(
            model.path(), model.sha256(), model.original(), graph, model.tensors(), model.layers(), true, List.of());
    ChannelAnalysis analysis = ChannelAnalysis.of(other, layer, minMax(8), Progress.NONE);
    assertThat(analysis.outliers()).extracting(ChannelAnalysis.Channel::index).containsExactly(5);
  }

  @Test
  void stepOfAChannelIsItsMagnitudeByTheGreatestCode() {
    for (ChannelAnalysis.Channel channel : of(1, 4).channels()) {
      assertThat(channel.scale()).isCloseTo(channel.statistics().magnitude() / 7, within(1e-6f));
      assertThat(channel.scale()).isLessThanOrEqualTo(of(1, 4).tensorScale() * 1.000001f);
    }
  }

  @Test
  void figuresOfAUniformConfigurationAreThoseOfItsStep() {
    Opened opened = Opened.withData(true);
    ChannelsViewModel channels = new ChannelsViewModel(opened.workspace);
    channels.activeProperty().set(true);
    assertThat(channels.analysisProperty().get()).isPresent();
    assertThat(channels.measuredWith(Granularity.CHANNEL).orElseThrow().number()).isEqualTo(1);
    assertThat(channels.measuredWith(Granularity.TENSOR)).isEmpty();
    TensorChoice perTensor = ConfigEdits.withGranularity(TensorChoice.DEFAULT_WEIGHT, Granularity.TENSOR);
    opened.workspace.apply(ConfigEdits.defaults(model, perTensor, TensorChoice.DEFAULT_ACTIVATION));
    opened.tasks.advance();
    assertThat(channels.measuredWith(Granularity.TENSOR).orElseThrow().number()).isEqualTo(2);
    assertThat(channels.isPerTensor()).isTrue();
    channels.choose(Granularity.CHANNEL);
    assertThat(channels.isPerChannel()).isTrue();
  }

  @Test
  void scalesThatCameWithAFileAreShownAsTheyAre() {
    Layer layer = model.layers().get(1);
    List<Affine> given = IntStream.range(0, layer.outputChannels()).mapToObj(channel -> new Affine(1 + channel, 0)).toList();
    TensorChoice.Quantized ofChannels =
        new TensorChoice.Quantized(IntegerFormat.weights(8), Granularity.CHANNEL, new RangeMethod.MinMax(), given);
    ChannelAnalysis analysis = ChannelAnalysis.of(model, layer, ofChannels, Progress.NONE);
    assertThat(analysis.channels()).allSatisfy(channel -> assertThat(channel.scale()).isEqualTo(1f + channel.index()));
    assertThat(analysis.tensorScale()).isEqualTo(of(1, 8).tensorScale());
    TensorChoice.Quantized ofTensor =
        new TensorChoice.Quantized(IntegerFormat.weights(8), Granularity.TENSOR, new RangeMethod.MinMax(), given.subList(4, 5));
    assertThat(ChannelAnalysis.of(model, layer, ofTensor, Progress.NONE).tensorScale()).isEqualTo(5);
  }

  @Test
  void aFixedRangeIsThatOfTheTensorUntilChannelsGetTheirOwn() {
    Opened opened = Opened.withData(true);
    Layer layer = model.layers().get(1);
    opened.workspace.layers().select(Selection.of(1));
    ConfigEdits edits = new ConfigEdits(opened.workspace.layers()::nameOf);
    opened.workspace.apply(edits.weightRange(List.of(layer), new RangeMethod.Explicit(-12.7f, 12.7f)));
    ChannelsViewModel channels = new ChannelsViewModel(opened.workspace);
    channels.activeProperty().set(true);
    opened.tasks.advance();
    assertThat(channels.analysisProperty().get().orElseThrow().tensorScale()).isCloseTo(0.1f, within(1e-6f));
    assertThat(channels.isPerTensor()).isTrue();
    assertThat(channels.isPerChannel()).isFalse();
    assertThat(channels.subtitle()).endsWith("range fixed, those of channels by min–max");
    channels.choose(Granularity.CHANNEL);
    opened.tasks.advance();
    assertThat(channels.isPerChannel()).isTrue();
    assertThat(channels.subtitle()).endsWith("symmetric");
    assertThat(channels.analysisProperty().get().orElseThrow().tensorScale()).isEqualTo(of(1, 8).tensorScale());
  }

  @Test
  void nothingIsComputedWhileTheTabIsHidden() {
    Opened opened = Opened.withData(true);
    ChannelsViewModel channels = new ChannelsViewModel(opened.workspace);
    assertThat(channels.analysisProperty().get()).isEmpty();
  }

  @Test
  void theRidgelineReachesAsFarAsHalfOfItsRows() {
    ChannelAnalysis analysis = of(1, 8);
    int codes = RidgelineChart.codes(analysis.channels(), analysis.tensorScale());
    long within =
        analysis.channels().stream().filter(it -> it.statistics().magnitude() <= (codes + 0.5) * analysis.tensorScale()).count();
    assertThat(within).isGreaterThanOrEqualTo(analysis.channels().size() / 2);
    assertThat(RidgelineChart.codes(analysis.channels(), 1e9f)).as("no narrower").isEqualTo(4);
    assertThat(RidgelineChart.codes(analysis.channels(), 1e-9f)).as("no wider").isEqualTo(64);
  }
}
