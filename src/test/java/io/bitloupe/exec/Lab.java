package io.bitloupe.exec;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataReader;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.TensorInfo;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.onnx.TestGraph;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.calibrate.ActivationObservers;
import io.bitloupe.quant.calibrate.Calibration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What tests of lowering, exporting and running need: models, data, calibration, configurations. */
public final class Lab {

  private Lab() {}

  /** A graph loaded as a file is. */
  public static Model model(Graph graph) {
    try {
      Path file = Files.createTempFile("bitloupe-test", ".onnx");
      try {
        OnnxWriter.write(graph, file);
        return ModelLoader.load(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of the models that the product ships. */
  public static Model sample(String name) {
    return ModelLoader.load(Path.of("sample-models", name + ".onnx"));
  }

  /** The images that come with the sample models, with few samples to calibrate on. */
  public static DataSplit sampleData(Model model) {
    Path images = Path.of("sample-models", "t10k-images-idx3-ubyte.gz");
    return DataSplit.of(DataReader.open(images, model, PreprocessingReader.beside(model.path())), 32);
  }

  /** Samples of normally distributed numbers for every input of {@code model}, which must have a batch. */
  public static Dataset random(Model model, int size) {
    return new RandomDataset(model, size);
  }

  /** What the float model does on {@code data}. */
  public static Calibration calibrate(Model model, Dataset data) {
    Set<String> taps =
        model.tensors().values().stream()
            .filter(info -> info.type() == DataType.FLOAT)
            .map(TensorInfo::name)
            .collect(Collectors.toSet());
    ActivationObservers observers = new ActivationObservers();
    try (FloatRuntime runtime = new FloatRuntime(model, taps)) {
      for (int first = 0; first < data.size(); first += 16) {
        Batch batch = data.batch(first, Math.min(16, data.size() - first));
        Map<String, Tensor> values = new HashMap<>(runtime.run(batch.inputs(), batch.size()));
        values.keySet().retainAll(taps);
        observers.accept(values, batch.size(), first);
      }
    }
    return observers.toCalibration(data.digest());
  }

  /** A model lowered with {@code config}, calibrated on {@code data}. */
  public static LoweredGraph lower(Model model, QuantConfig config, Dataset data) {
    return Lowering.lower(model, ConfigResolver.resolve(config, model, calibrate(model, data)));
  }

  /** A model lowered with {@code config}, calibrated on 8 random samples. */
  public static LoweredGraph lower(Model model, QuantConfig config) {
    return lower(model, config, random(model, 8));
  }

  /** Quantized weights. */
  public static TensorChoice weights(int bits, Granularity granularity) {
    return new TensorChoice.Quantized(IntegerFormat.weights(bits), granularity, new RangeMethod.MinMax());
  }

  /** Quantized weights of the asymmetric kind. */
  public static TensorChoice asymmetricWeights(int bits, boolean signed, Granularity granularity) {
    return new TensorChoice.Quantized(
        new IntegerFormat(bits, signed, Scheme.ASYMMETRIC), granularity, new RangeMethod.MinMax());
  }

  /** Quantized activations, unsigned and asymmetric. */
  public static TensorChoice activations(int bits) {
    return new TensorChoice.Quantized(IntegerFormat.activations(bits), Granularity.TENSOR, new RangeMethod.MinMax());
  }

  /** Quantized activations, signed and symmetric. */
  public static TensorChoice symmetricActivations(int bits) {
    return new TensorChoice.Quantized(
        new IntegerFormat(bits, true, Scheme.SYMMETRIC), Granularity.TENSOR, new RangeMethod.MinMax());
  }

  /** Weights by channel and unsigned activations. */
  public static QuantConfig bits(int weights, int activations) {
    return QuantConfig.uniform(weights(weights, Granularity.CHANNEL), activations(activations));
  }

  private record RandomDataset(Model model, int size) implements Dataset {

    @Override
    public String name() {
      return "random";
    }

    @Override
    public boolean hasLabels() {
      return false;
    }

    @Override
    public Batch batch(int first, int count) {
      Map<String, Tensor> inputs = new HashMap<>();
      model.graph().inputs().forEach(
          input -> {
            int[] shape = model.tensor(input.name()).shape().toArray();
            int perSample = model.tensor(input.name()).elements();
            float[] values = new float[perSample * count];
            for (int i = 0; i < count; i++) {
              float[] sample = TestGraph.randomTensor(31L * (first + i) + input.name().hashCode(), shape).floats();
              System.arraycopy(sample, 0, values, i * perSample, perSample);
            }
            shape[0] *= count;
            inputs.put(input.name(), Tensor.ofFloats(Shape.of(shape), values));
          });
      return new Batch(first, count, inputs, new int[0]);
    }

    @Override
    public String digest() {
      return "random";
    }

    @Override
    public List<String> skipped() {
      return List.of();
    }
  }
}
