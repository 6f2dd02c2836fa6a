package io.bitloupe.data;

import io.bitloupe.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads a folder with a folder of pictures for each class, or, without labels, a folder of pictures.
 *
 * <p>Where the folders' names are names of the model's classes, they are those classes. Else classes are the folders in the order of
 * their names; a picture's class is the number of its folder, to which the label offset is added.
 * Samples are in the order of the SHA-256 of their paths relative to the folder, with {@code /} between names, so that every
 * stretch of them is a fair mixture of the classes. Files that are no intact pictures are left out with a sentence each; hidden
 * files are left out without. Pictures are decoded when they are asked for.
 */
final class ImageFolderReader {

  /**
   * A file that may be a picture.
   *
   * @param path where it is
   * @param relative its path from the data set's folder, with {@code /} between names
   * @param order digest of that path
   * @param folder number of its folder
   */
  private record Candidate(Path path, String relative, String order, int folder) {}

  private ImageFolderReader() {}

  static Dataset read(Path folder, Model model, Optional<Preprocessing> given) {
    ImagePipeline pipeline = ImagePipeline.of(folder, model, given, true);
    List<Path> classes = children(folder).stream().filter(Files::isDirectory).toList();
    List<Candidate> candidates = new ArrayList<>();
    if (classes.isEmpty()) {
      collect(folder, folder, 0, candidates);
    }
    List<String> names = classes.stream().map(Refusal::fileName).toList();
    List<String> known = ClassNames.beside(model.path());
    boolean byName = known.containsAll(names);
    for (int index = 0; index < classes.size(); index++) {
      collect(folder, classes.get(index), byName ? known.indexOf(names.get(index)) : index, candidates);
    }
    candidates.sort(Comparator.comparing(Candidate::order));
    int offset = byName ? 0 : pipeline.labelOffset();
    List<String> notes = byName ? List.of() : fewFolders(folder, names, ModelInput.classes(model), offset);
    return dataset(folder, pipeline, candidates, taken -> classes.isEmpty() ? new int[0] : labels(folder, model, offset, taken), notes);
  }

  /** Where folders are told by their order alone and are fewer than the classes, the accuracy may be that of other classes. */
  private static List<String> fewFolders(Path folder, List<String> names, OptionalInt classes, int offset) {
    if (names.isEmpty() || classes.isEmpty() || names.size() + Math.max(0, offset) >= classes.getAsInt()) {
      return List.of();
    }
    return List.of(
        ("%s has folders for %d of the model's %d classes, taken in the order of their names as the classes %d to %d;"
                + " a .labels.txt beside the model with the folders' names tells them apart.")
            .formatted(Refusal.fileName(folder), names.size(), classes.getAsInt(), offset, offset + names.size() - 1));
  }

  private static Dataset dataset(
      Path folder,
      ImagePipeline pipeline,
      List<Candidate> candidates,
      Function<List<Candidate>, int[]> labelling,
      List<String> notes) {
    List<String> skipped = new ArrayList<>();
    List<ImageFile> files = new ArrayList<>();
    List<Candidate> taken = new ArrayList<>();
    int[] size = new int[0];
    for (Candidate candidate : candidates) {
      try {
        ImageFile file = ImageFile.open(candidate.path(), candidate.relative());
        String problem = pipeline.problem(file.width(), file.height());
        int[] output = pipeline.outputSize(file.width(), file.height());
        size = size.length == 0 && problem.isEmpty() ? output : size;
        if (problem.isEmpty() && !Arrays.equals(size, output)) {
          problem = "it has %d×%d pixels where the pictures before it have %d×%d".formatted(output[0], output[1], size[0], size[1]);
        }
        if (!problem.isEmpty()) {
          throw new ImageHeader.ImageException(problem);
        }
        files.add(file);
        taken.add(candidate);
      } catch (ImageHeader.ImageException e) {
        skipped.add("%s was left out: %s.".formatted(candidate.relative(), e.getMessage()));
      } catch (IOException e) {
        skipped.add("%s was left out: %s.".formatted(candidate.relative(), Refusal.reason(e)));
      }
    }
    if (files.isEmpty()) {
      throw Refusal.of(
          folder,
          skipped.isEmpty()
              ? "it holds no pictures"
              : "none of its %d files is a picture that fits; the first, %s"
                  .formatted(skipped.size(), skipped.getFirst().substring(0, skipped.getFirst().length() - 1)));
    }
    int[] labels = labelling.apply(taken);
    Lazy<String> digest = new Lazy<>(() -> digest(pipeline, files, labels));
    return new PictureDataset(
        Refusal.fileName(folder), files.size(), new ImageFiles(files, pipeline), pipeline, labels, skipped, notes, digest);
  }

  private static int[] labels(Path folder, Model model, int offset, List<Candidate> taken) {
    OptionalInt classes = ModelInput.classes(model);
    int[] labels = new int[taken.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = taken.get(i).folder() + offset;
      if (labels[i] < 0 || (classes.isPresent() && labels[i] >= classes.getAsInt())) {
        throw Refusal.of(
            folder,
            "the picture %s has class %d, and the model's outputs stand for %d classes (folder %d, label offset %d)"
                .formatted(taken.get(i).relative(), labels[i], classes.orElse(0), taken.get(i).folder(), offset));
      }
    }
    return labels;
  }

  private static String digest(ImagePipeline pipeline, List<ImageFile> files, int[] labels) {
    ContentDigest content = new ContentDigest().add(pipeline.describe()).add(labels);
    files.forEach(file -> content.add(file.relative()).add(file.digest()));
    return content.hex();
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> !Refusal.fileName(child).startsWith("."))
          .sorted(Comparator.comparing(Refusal::fileName))
          .toList();
    } catch (IOException e) {
      throw Refusal.of(folder, Refusal.reason(e), e);
    }
  }

  private static void collect(Path root, Path folder, int index, List<Candidate> candidates) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !Refusal.fileName(file).startsWith("."))
          .forEach(
              file -> {
                String relative = relative(root, file);
                candidates.add(new Candidate(file, relative, ContentDigest.of(relative), index));
              });
    } catch (IOException | UncheckedIOException e) {
      throw Refusal.of(root, "its folder %s cannot be read".formatted(Refusal.fileName(folder)), e);
    }
  }

  private static String relative(Path root, Path file) {
    List<String> names = new ArrayList<>();
    root.relativize(file).forEach(name -> names.add(name.toString()));
    return String.join("/", names);
  }

  /** Whether {@code path} has the name of a picture. */
  static boolean hasImageName(Path path) {
    String name = Refusal.fileName(path).toLowerCase(Locale.ROOT);
    return Stream.of(".jpg", ".jpeg", ".png", ".gif", ".bmp").anyMatch(name::endsWith);
  }
}
