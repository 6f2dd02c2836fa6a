package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl;
import io.bitloupe.model.Graph;
import io.bitloupe.model.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the models and tensors of ONNX's own tests. */
public final class NodeTestFiles {

  private static final int OLDEST_OPSET = 7;

  private NodeTestFiles() {}

  /**
   * The graph in {@code file}. A few operators have not changed since opset 1 and have tests of that version, which no model uses;
   * they are read as of the oldest version that is read.
   */
  public static Graph graph(Path file) {
    try {
      OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
      model.getOpsetImportBuilderList().forEach(opset -> opset.setVersion(Math.max(OLDEST_OPSET, opset.getVersion())));
      Path copy = Files.createTempFile("bitloupe-node", ".onnx");
      try {
        Files.write(copy, model.build().toByteArray());
        return OnnxReader.read(copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tensor in {@code file}, a serialized TensorProto. */
  public static Tensor tensor(Path file) {
    try {
      return new TensorReader(new ExternalData(file)).read(OnnxMl.TensorProto.parseFrom(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
