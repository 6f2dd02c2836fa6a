package io.bitloupe.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.RealFiles;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.LayerKind;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxReader;
import io.bitloupe.onnx.OpsetUpgrader;
import io.bitloupe.onnx.TestGraph;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("real")
class RealModelLoaderTest {

  @ParameterizedTest
  @CsvSource({
    "mobilenetv2-imagenet, 3489097, 53, 17, 300775552",
    "resnet20-cifar10,      269034, 20,  0, 40551040",
    "dscnn-keywords,         22604, 10,  4, 2656768"
  })
  void loads(String name, long parameters, int layers, int depthwise, long macs) {
    Model model = ModelLoader.load(RealFiles.get(name + ".onnx"));
    assertThat(model.parameters()).isEqualTo(parameters);
    assertThat(model.layers()).hasSize(layers);
    assertThat(model.layers().stream().filter(layer -> layer.kind() == LayerKind.DEPTHWISE_CONV)).hasSize(depthwise);
    assertThat(model.macs()).isEqualTo(macs);
    assertThat(model.batchable()).isTrue();
    Map<String, Tensor> inputs = TestGraph.randomInputs(model.graph(), 2, 3);
    assertThat(ModelLoaderTest.difference(OnnxReader.read(model.path()), model.graph(), inputs)).isLessThan(1e-5);
    assertThat(ModelLoaderTest.difference(OnnxReader.read(model.path()), OpsetUpgrader.upgrade(model.graph(), 21), inputs))
        .isLessThan(1e-5);
  }

  @Test
  void refusesOperatorsOfAnotherDomain() {
    assertThatThrownBy(() -> ModelLoader.load(RealFiles.get("unsupported-superresolution.onnx")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(
            "unsupported-superresolution.onnx cannot be used: "
                + "The operator DecodeImage of the domain com.microsoft.extensions is none that ONNX Runtime has.");
  }
}
