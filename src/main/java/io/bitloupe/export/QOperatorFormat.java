package io.bitloupe.export;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.onnx.OnnxWriter;
import io.bitloupe.qdq.QOperatorGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The quantized model as ONNX with QLinearConv, QLinearMatMul and ONNX Runtime's own integer operators. */
public final class QOperatorFormat implements ExportFormat {

  @Override
  public String id() {
    return "qoperator";
  }

  @Override
  public String title() {
    return "ONNX with integer operators";
  }

  @Override
  public String extension() {
    return "onnx";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    byte[] bytes = OnnxWriter.toBytes(QOperatorGraph.of(QdqOnnxFormat.graph(request)));
    AtomicFile.write(file, unfinished -> Files.write(unfinished, bytes));
    return CommonLosses.ofModel(request);
  }
}
