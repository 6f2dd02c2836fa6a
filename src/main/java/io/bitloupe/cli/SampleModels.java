package io.bitloupe.cli;

import io.bitloupe.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The classifiers that come with the product, and the pictures they all read. */
final class SampleModels {

  /** The one that is opened when nothing else is asked for: the hard case, where per-tensor weights fail. */
  static final String DEFAULT = "mobilenetv2-mini.onnx";

  private static final String FOLDER = "sample-models";
  private static final String PICTURES = "t10k-images-idx3-ubyte.gz";

  private SampleModels() {}

  /**
   * Folder of the samples: in the product's folder, else in a working copy.
   *
   * @throws InvalidInputException when they are nowhere
   */
  static Path folder() {
    Stream<Path> product = Optional.ofNullable(System.getProperty("bitloupe.home")).map(Path::of).stream();
    return Stream.concat(product, Stream.of(Path.of("")))
        .map(base -> base.resolve(FOLDER))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() -> new InvalidInputException("The sample models are missing; say --model and --data."));
  }

  /** The default sample model. */
  static Path model() {
    return folder().resolve(DEFAULT);
  }

  /** The pictures beside {@code model}, where it is a sample; empty otherwise. */
  static Optional<Path> dataBeside(Path model) {
    Path parent = model.toAbsolutePath().getParent();
    return Stream.ofNullable(parent).map(folder -> folder.resolve(PICTURES)).filter(Files::isRegularFile).findFirst();
  }

}
