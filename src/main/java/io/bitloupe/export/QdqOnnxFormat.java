package io.bitloupe.export;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.Graph;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.Lowering;
import io.bitloupe.qdq.QdqGraphBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The quantized model as ONNX with QuantizeLinear and DequantizeLinear, in the forms that ONNX Runtime turns into integer
 * operators. Its metadata says which configuration of which model it is.
 */
public final class QdqOnnxFormat implements ExportFormat {

  @Override
  public String id() {
    return "qdq";
  }

  @Override
  public String title() {
    return "ONNX with QuantizeLinear and DequantizeLinear";
  }

  @Override
  public String extension() {
    return "onnx";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    byte[] bytes = OnnxWriter.toBytes(graph(request));
    AtomicFile.write(file, unfinished -> Files.write(unfinished, bytes));
    return CommonLosses.ofModel(request);
  }

  static Graph graph(ExportRequest request) {
    return QdqGraphBuilder.build(Lowering.lower(request.model(), request.config()), metadata(request)).graph();
  }

  static Map<String, String> metadata(ExportRequest request) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("bitloupe.version", request.version());
    metadata.put("bitloupe.configDigest", request.config().digest(request.model()));
    metadata.put("bitloupe.model", request.model().fileName());
    metadata.put("bitloupe.modelSha256", request.model().sha256());
    return metadata;
  }
}
