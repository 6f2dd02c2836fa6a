package io.bitloupe.onnx;

import io.bitloupe.model.Graph;
import java.nio.file.Path;
import java.util.List;

/**
 * What a file holds.
 *
 * @param graph the network as in the file
 * @param sha256 digest of the file, hexadecimal; with external data, of the file followed by those files in the order of their names
 * @param externalFiles the files with external data, sorted
 */
public record OnnxFile(Graph graph, String sha256, List<Path> externalFiles) {
  /** Copies the list. */
  public OnnxFile {
    externalFiles = List.copyOf(externalFiles);
  }
}
