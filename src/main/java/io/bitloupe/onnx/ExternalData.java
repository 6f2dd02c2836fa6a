package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.bitloupe.model.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Tensors whose bytes lie in a file beside the model. Only files in the model's own folder are opened. */
final class ExternalData {

  private final Path folder;
  private final TreeSet<Path> files = new TreeSet<>();

  /** For a model in {@code folder}. */
  ExternalData(Path folder) {
    this.folder = folder;
  }

  /** The files that were read so far, sorted. */
  TreeSet<Path> files() {
    return files;
  }

  /**
   * The bytes of {@code tensor}.
   *
   * @param expected how many bytes its type and dimensions ask for
   */
  ByteBuffer read(TensorProto tensor, long expected) {
    String name = Text.quote(tensor.getName());
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    Path file = resolve(name, entries.getOrDefault("location", ""));
    long offset = number(name, "offset", entries.getOrDefault("offset", "0"));
    long length = number(name, "length", entries.getOrDefault("length", Long.toString(expected)));
    if (length != expected) {
      throw new InvalidModelException(
          "the tensor %s needs %d bytes but claims %d in its external data".formatted(name, expected, length));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (offset > channel.size() || length > channel.size() - offset) {
        throw new InvalidModelException(
            "the tensor %s needs %d bytes from offset %d of %s, which has %d"
                .formatted(name, length, offset, file.getFileName(), channel.size()));
      }
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new IOException("ended early");
        }
      }
      files.add(file);
      return bytes.flip();
    } catch (IOException e) {
      throw new InvalidModelException(
          "the external data %s of the tensor %s cannot be read".formatted(file.getFileName(), name), e);
    }
  }

  private Path resolve(String name, String location) {
    if (location.isBlank()) {
      throw new InvalidModelException("the tensor %s has external data without a location".formatted(name));
    }
    Path file;
    try {
      Path relative = Path.of(location);
      file = folder.resolve(relative).normalize();
      if (relative.isAbsolute() || !file.startsWith(folder.normalize())) {
        throw new InvalidModelException(
            "the external data %s of the tensor %s lies outside the model's folder".formatted(Text.quote(location), name));
      }
    } catch (InvalidPathException e) {
      throw new InvalidModelException(
          "the external data of the tensor %s has the impossible location %s".formatted(name, Text.quote(location)), e);
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidModelException(
          "the file %s with the data of the tensor %s is missing".formatted(Text.quote(location), name));
    }
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw new InvalidModelException(
            "the external data %s of the tensor %s links to a place outside the model's folder"
                .formatted(Text.quote(location), name));
      }
    } catch (IOException e) {
      throw new InvalidModelException("the external data %s cannot be read".formatted(Text.quote(location)), e);
    }
    return file;
  }

  private static long number(String name, String key, String text) {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException ignored) {
      // Reported below, like a negative number.
    }
    throw new InvalidModelException(
        "the external data of the tensor %s has the impossible %s %s".formatted(name, key, Text.quote(text)));
  }
}
