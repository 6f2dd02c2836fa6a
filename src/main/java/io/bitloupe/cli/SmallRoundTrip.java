package io.bitloupe.cli;

import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.data.Batch;
import io.bitloupe.data.DataSplit;
import io.bitloupe.data.Dataset;
import io.bitloupe.engine.LocalEngine;
import io.bitloupe.engine.Workbench;
import io.bitloupe.exec.ModelLoader;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.Verification;
import io.bitloupe.exec.VerificationResult;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Dimension;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Model;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.Lowering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small network of random weights taken all the way: written, loaded, calibrated, exported, and its integers compared with
 * ONNX Runtime's.
 */
final class SmallRoundTrip {

  private static final long SEED = 7;
  private static final int SAMPLES = 24;
  private static final int CALIBRATION = 8;
  private static final int SIDE = 8;
  private static final int CHANNELS = 6;
  private static final int CLASSES = 5;

  private SmallRoundTrip() {}

  /** Takes the network all the way and says what was compared. */
  static String run() throws IOException {
    Path file = Files.createTempFile("bitloupe-self-test", ".onnx");
    try {
      OnnxWriter.write(network(), file);
      Model model = ModelLoader.load(file);
      Workbench workbench =
          new LocalEngine(1).calibrate(model, DataSplit.of(new Noise(), CALIBRATION), Progress.NONE);
      ResolvedConfig resolved = ConfigResolver.resolve(QuantConfig.defaults(), model, workbench.calibration());
      VerificationResult result =
          Verification.verify(Lowering.lower(model, resolved), workbench.data().report(), SAMPLES, Progress.NONE);
      SelfTest.require(!result.steps().isEmpty(), "no step was compared");
      SelfTest.equal("difference of a step from ONNX Runtime in codes", 0, result.stepMaxLsb().orElse(-1));
      SelfTest.equal("difference at the end in codes", 0, result.endToEndMaxLsb());
      return "%d steps of a small QDQ model equal ONNX Runtime's".formatted(result.steps().size());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Conv, Relu, residual Conv and Add, GlobalAveragePool, Flatten, Gemm. */
  private static Graph network() {
    Random random = new Random(SEED);
    Map<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("w1", gaussian(random, 0.5, CHANNELS, 1, 3, 3));
    constants.put("b1", gaussian(random, 0.2, CHANNELS));
    constants.put("w2", gaussian(random, 0.3, CHANNELS, CHANNELS, 3, 3));
    constants.put("w3", gaussian(random, 0.5, CHANNELS, CLASSES));
    constants.put("b3", gaussian(random, 0.2, CLASSES));
    Map<String, Attribute> padded = Map.of("pads", new Attribute.Ints(List.of(1L, 1L, 1L, 1L)));
    List<Node> nodes =
        List.of(
            Node.of("conv1", "Conv", List.of("input", "w1", "b1"), List.of("c1"), padded),
            Node.of("relu1", "Relu", List.of("c1"), List.of("r1"), Map.of()),
            Node.of("conv2", "Conv", List.of("r1", "w2"), List.of("c2"), padded),
            Node.of("add", "Add", List.of("c2", "r1"), List.of("a"), Map.of()),
            Node.of("pool", "GlobalAveragePool", List.of("a"), List.of("p"), Map.of()),
            Node.of("flatten", "Flatten", List.of("p"), List.of("f"), Map.of()),
            Node.of("fc", "Gemm", List.of("f", "w3", "b3"), List.of("output"), Map.of()));
    return new Graph(
        "self-test",
        List.of(value("input", new Dimension.Fixed(1), new Dimension.Fixed(SIDE), new Dimension.Fixed(SIDE))),
        List.of(value("output", new Dimension.Fixed(CLASSES))),
        nodes,
        constants,
        Map.of("", 17),
        Map.of());
  }

  private static ValueInfo value(String name, Dimension... dimensions) {
    List<Dimension> all = new ArrayList<>(List.of(new Dimension.Symbolic("N")));
    all.addAll(List.of(dimensions));
    return new ValueInfo(name, DataType.FLOAT, all);
  }

  private static Tensor gaussian(Random random, double deviation, int... dimensions) {
    Shape shape = Shape.of(dimensions);
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensor.ofFloats(shape, values);
  }

  /** Pictures of noise, without classes. */
  private record Noise() implements Dataset {
    @Override
    public String name() {
      return "noise";
    }

    @Override
    public int size() {
      return SAMPLES;
    }

    @Override
    public boolean hasLabels() {
      return false;
    }

    @Override
    public Batch batch(int first, int count) {
      float[] pixels = new float[count * SIDE * SIDE];
      for (int sample = 0; sample < count; sample++) {
        Random random = new Random(SEED + first + sample);
        for (int i = 0; i < SIDE * SIDE; i++) {
          pixels[sample * SIDE * SIDE + i] = random.nextFloat();
        }
      }
      return new Batch(first, count, Map.of("input", Tensor.ofFloats(Shape.of(count, 1, SIDE, SIDE), pixels)), new int[0]);
    }

    @Override
    public String digest() {
      return "noise";
    }

    @Override
    public List<String> skipped() {
      return List.of();
    }
  }
}
