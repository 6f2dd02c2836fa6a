package io.bitloupe.export;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.WeightOnlyGraph;
import io.bitloupe.quant.Granularity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Integer weights and float activations as ONNX, in the form that ONNX Runtime turns into MatMulNBits; for transformers. */
public final class WeightOnlyFormat implements ExportFormat {

  private static final int SMALLEST_BLOCK = 16;

  @Override
  public String id() {
    return "weight-only";
  }

  @Override
  public String title() {
    return "ONNX with integer weights and float activations";
  }

  @Override
  public String extension() {
    return "onnx";
  }

  @Override
  public boolean holdsActivations() {
    return false;
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Model model = request.model();
    List<Loss> losses = CommonLosses.codedWeights(request, "the format '%s' is not applied: the weights are as in the model");
    for (Layer layer : model.layers()) {
      layer.weight().flatMap(request.config()::weight).ifPresent(
          params -> {
            boolean matrix = layer.weightShape().rank() == 2;
            if (!matrix) {
              losses.add(
                  new Loss(
                      layer.name(),
                      "ONNX Runtime has weight-only kernels for MatMul alone,"
                          + " so this computes in float after dequantizing 8-bit codes"));
            } else if (params.granularity() instanceof Granularity.PerBlock(int size)
                && (size < SMALLEST_BLOCK || Integer.bitCount(size) != 1)) {
              losses.add(
                  new Loss(
                      layer.name(),
                      "MatMulNBits takes blocks of a power of two and at least 16, so this computes in float after dequantizing"));
            }
          });
    }
    request.config().activations().keySet().forEach(tensor -> losses.add(new Loss(tensor, "activations stay in float in this form")));
    byte[] bytes = OnnxWriter.toBytes(WeightOnlyGraph.of(model, request.config().weights(), QdqOnnxFormat.metadata(request)));
    AtomicFile.write(file, unfinished -> Files.write(unfinished, bytes));
    return losses;
  }
}
