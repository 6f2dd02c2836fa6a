package io.bitloupe.ui.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The models that Bitloupe comes with.
 *
 * @param models ONNX files, by name
 * @param data images that all of them take; empty when missing
 */
public record Samples(List<Path> models, Optional<Path> data) {
  private static final String FOLDER = "sample-models";
  private static final String IMAGES = "t10k-images-idx3-ubyte.gz";

  /** Copies the list. */
  public Samples {
    models = List.copyOf(models);
  }

  /** Looks beside the program and in the working folder. */
  public static Samples find() {
    List<Path> places = new ArrayList<>();
    String home = System.getProperty("bitloupe.home", "");
    if (!home.isEmpty()) {
      places.add(Path.of(home, FOLDER));
    }
    places.add(Path.of(FOLDER));
    return places.stream().filter(Files::isDirectory).findFirst().map(Samples::in).orElse(new Samples(List.of(), Optional.empty()));
  }

  /** The samples in {@code folder}. */
  public static Samples in(Path folder) {
    List<Path> models = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.onnx")) {
      files.forEach(models::add);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    models.sort(Comparator.comparing(path -> path.getFileName().toString()));
    Path images = folder.resolve(IMAGES);
    return new Samples(models, Files.exists(images) ? Optional.of(images) : Optional.empty());
  }

  /** A model's name without its ending. */
  public static String name(Path model) {
    String file = model.getFileName().toString();
    return file.endsWith(".onnx") ? file.substring(0, file.length() - 5) : file;
  }
}
