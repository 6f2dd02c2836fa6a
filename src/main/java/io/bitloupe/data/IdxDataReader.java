package io.bitloupe.data;

import io.bitloupe.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads idx image files of gray pictures (N, H, W) or pictures with channels last (N, H, W, C). The label file is found beside
 * the image file: the same name with {@code images} replaced by {@code labels} and {@code idx3} or {@code idx4} by {@code idx1},
 * with or without {@code .gz}.
 */
final class IdxDataReader {

  private IdxDataReader() {}

  static Dataset read(Path path, Model model, Optional<Preprocessing> given) {
    IdxFile images = IdxFile.read(path);
    int[] dimensions = images.dimensions();
    int rank = dimensions.length;
    if (rank < 3 || (rank == 4 && dimensions[3] != 1 && dimensions[3] != 3)) {
      throw Refusal.of(
          path,
          rank == 1
              ? "it holds labels, not pictures"
              : "its %d dimensions are not those of pictures".formatted(rank));
    }
    int samples = dimensions[0];
    int height = dimensions[1];
    int width = dimensions[2];
    if (images.bytes().length == 0) {
      throw Refusal.of(path, "it has no samples");
    }
    ImagePipeline pipeline = ImagePipeline.of(path, model, given, false);
    String problem = pipeline.problem(width, height);
    if (!problem.isEmpty()) {
      throw Refusal.of(path, problem);
    }
    int channels = rank == 4 ? dimensions[3] : 1;
    int[] labels =
        labelFile(path).map(file -> labels(path, file, samples, pipeline.labelOffset(), model)).orElse(new int[0]);
    PictureSource pictures =
        index -> {
          int bytes = width * height * channels;
          byte[] picture = new byte[bytes];
          System.arraycopy(images.bytes(), index * bytes, picture, 0, bytes);
          return pipeline.prepare(new Pixels(width, height, channels, picture));
        };
    Lazy<String> digest =
        new Lazy<>(
            () ->
                new ContentDigest()
                    .add(pipeline.describe())
                    .add(dimensions)
                    .add(java.nio.ByteBuffer.wrap(images.bytes()))
                    .add(labels)
                    .hex());
    return new PictureDataset(Refusal.fileName(path), samples, pictures, pipeline, labels, List.of(), List.of(), digest);
  }

  private static int[] labels(Path images, Path path, int samples, int offset, Model model) {
    IdxFile file = IdxFile.read(path);
    if (file.dimensions().length != 1) {
      throw Refusal.of(path, "it lies where the labels of %s are expected, and has %d dimensions"
          .formatted(Refusal.fileName(images), file.dimensions().length));
    }
    if (file.bytes().length != samples) {
      throw Refusal.of(path, "it has %d labels for the %d pictures in %s"
          .formatted(file.bytes().length, samples, Refusal.fileName(images)));
    }
    long[] labels = IntStream.range(0, samples).mapToLong(i -> Byte.toUnsignedInt(file.bytes()[i])).toArray();
    return Labels.checked(path, labels, offset, ModelInput.classes(model));
  }

  private static Optional<Path> labelFile(Path images) {
    String name = Refusal.fileName(images);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    Set<String> candidates = new LinkedHashSet<>();
    if (plain.contains("images")) {
      candidates.add(plain.replace("images", "labels").replace("idx3", "idx1").replace("idx4", "idx1"));
      candidates.add(plain.replace("images", "labels"));
    } else {
      int dot = plain.lastIndexOf('.');
      candidates.add(dot < 0 ? plain + "-labels" : plain.substring(0, dot) + "-labels" + plain.substring(dot));
    }
    return candidates.stream()
        .flatMap(candidate -> java.util.stream.Stream.of(candidate, candidate + ".gz"))
        .map(images::resolveSibling)
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
