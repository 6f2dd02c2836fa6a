package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads ONNX files. What a file claims is checked before it is trusted, so that whatever is given either becomes a
 * consistent {@link Graph} or is refused with one sentence that names the file and the reason.
 */
public final class OnnxReader {

  private static final long LARGEST_FILE = Integer.MAX_VALUE - 64L;
  private static final int OLDEST_OPSET = 7;
  private static final int NEWEST_OPSET = 22;

  private OnnxReader() {}

  /**
   * The graph in {@code path}.
   *
   * @throws InvalidModelException with one sentence, when the file is no model that can be used
   */
  public static Graph read(Path path) {
    return open(path).graph();
  }

  /**
   * The graph in {@code path}, and the digest of all that was read for it.
   *
   * @throws InvalidModelException with one sentence, when the file is no model that can be used
   */
  public static OnnxFile open(Path path) {
    try {
      return parse(path);
    } catch (InvalidModelException e) {
      throw new InvalidModelException("%s cannot be used: %s.".formatted(path.getFileName(), e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw new InvalidModelException("%s cannot be used: it needs more memory than there is.".formatted(path.getFileName()), e);
    }
  }

  private static OnnxFile parse(Path path) {
    byte[] bytes = bytes(path);
    ModelProto model = model(bytes);
    if (model.getFunctionsCount() > 0) {
      model = FunctionInliner.inline(model);
    }
    Map<String, Integer> opsets = opsets(model);
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    ExternalData external = new ExternalData(folder(path));
    Graph graph = new GraphReader(new TensorReader(external), opsets, metadata).read(model.getGraph());
    return new OnnxFile(graph, digest(bytes, external.files()), List.copyOf(external.files()));
  }

  private static Path folder(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }

  private static byte[] bytes(Path path) {
    if (Files.isDirectory(path)) {
      throw new InvalidModelException("it is a folder");
    }
    if (!Files.exists(path)) {
      throw new InvalidModelException("there is no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException("it is no regular file");
    }
    try {
      long size = Files.size(path);
      if (size == 0) {
        throw new InvalidModelException("the file is empty");
      }
      if (size > LARGEST_FILE) {
        throw new InvalidModelException("the file is larger than 2 GB, the most that ONNX allows without external data");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new InvalidModelException("the file cannot be read", e);
    }
  }

  private static ModelProto model(byte[] bytes) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(bytes);
      input.enableAliasing(true);
      input.setSizeLimit(Integer.MAX_VALUE);
      ModelProto model = ModelProto.parseFrom(input);
      if (model.hasGraph() && model.getOpsetImportCount() > 0) {
        return model;
      }
      throw new InvalidModelException(
          isText(bytes) ? "it is a text file, not an ONNX model" : "it is not an ONNX model, having no graph or no operator set");
    } catch (IOException e) {
      throw new InvalidModelException(
          isText(bytes) ? "it is a text file, not an ONNX model" : "it is not an ONNX model, or is truncated or damaged", e);
    }
  }

  private static boolean isText(byte[] bytes) {
    int length = Math.min(bytes.length, 512);
    for (int i = 0; i < length; i++) {
      int b = bytes[i];
      if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Integer> opsets(ModelProto model) {
    Map<String, Integer> opsets = new LinkedHashMap<>();
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      String domain = opset.getDomain().equals("ai.onnx") ? "" : opset.getDomain();
      long version = opset.getVersion();
      if (version < 1 || version > 10_000) {
        throw new InvalidModelException(
            "it asks for version %d of the operator set %s".formatted(version, Text.quote(domain.isEmpty() ? "ai.onnx" : domain)));
      }
      opsets.put(domain, (int) version);
    }
    Integer version = opsets.get("");
    if (version != null && (version < OLDEST_OPSET || version > NEWEST_OPSET)) {
      throw new InvalidModelException(
          "it uses opset %d of ONNX, and Bitloupe reads %d to %d".formatted(version, OLDEST_OPSET, NEWEST_OPSET));
    }
    return opsets;
  }

  private static String digest(byte[] bytes, Iterable<Path> more) {
    try {
      MessageDigest digest = Digests.sha256();
      digest.update(bytes);
      byte[] chunk = new byte[1 << 16];
      for (Path file : more) {
        try (InputStream input = Files.newInputStream(file)) {
          for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
            digest.update(chunk, 0, count);
          }
        }
      }
      return Digests.hex(digest);
    } catch (IOException e) {
      throw new InvalidModelException("its external data cannot be read", e);
    }
  }
}
