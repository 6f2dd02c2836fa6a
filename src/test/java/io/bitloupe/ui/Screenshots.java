package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures of a window under target/screenshots, light and dark. */
final class Screenshots {
  static final Path FOLDER = Path.of("target", "screenshots");

  /** A size in pixels. */
  private record Size(int width, int height) {}

  private static final Size LARGE = new Size(1920, 1080);
  private static final Size SMALL = new Size(1280, 800);

  /** In which sizes pictures are taken of a view. */
  enum Extent {
    /** The small one. */
    QUICK(List.of(SMALL)),
    /** Both. */
    WHOLE(List.of(LARGE, SMALL));

    private final List<Size> sizes;

    Extent(List<Size> sizes) {
      this.sizes = sizes;
    }
  }

  /** Deflating a large picture as well as can be takes longer than drawing it. */
  private static final float QUICK = 0.7f;

  private static final int ENOUGH_COLOURS = 7;

  private final TestWindow window;
  private final String prefix;
  private final Extent extent;
  private final List<CompletableFuture<Void>> saving = new ArrayList<>();

  Screenshots(TestWindow window, String prefix, Extent extent) {
    this.window = window;
    this.prefix = prefix;
    this.extent = extent;
  }

  /** In which sizes pictures are taken. */
  Extent extent() {
    return extent;
  }

  /** How many pictures were taken; waits until they are files. */
  int taken() {
    saving.forEach(CompletableFuture::join);
    return saving.size();
  }

  /** Waits until no picture is being computed any more. */
  void settle() {
    window.await("no busy line", () -> !window.isBusy());
  }

  /** The pictures of what the window shows now, in light and dark. */
  void shoot(String name) throws IOException {
    Files.createDirectories(FOLDER);
    for (Size size : extent.sizes) {
      TestWindow.Pictures pictures = window.pictures(size.width(), size.height());
      assertThat(colours(pictures.light())).as("colours of " + name).hasSizeGreaterThanOrEqualTo(ENOUGH_COLOURS);
      assertThat(colours(pictures.dark())).as("colours of " + name).hasSizeGreaterThanOrEqualTo(ENOUGH_COLOURS);
      assertThat(pictures.dark().getRGB(2, 2)).isNotEqualTo(pictures.light().getRGB(2, 2));
      assertThat(pictures.elided()).as("texts cut short in " + name + " at " + size.width()).isEmpty();
      keep(pictures.light(), name + "-light-" + size.width());
      keep(pictures.dark(), name + "-dark-" + size.width());
    }
  }

  private void keep(BufferedImage picture, String name) {
    Path file = FOLDER.resolve(prefix + name + ".png");
    saving.add(CompletableFuture.runAsync(() -> save(picture, file)));
  }

  /** Some of the colours of a picture, enough to see that it is not empty. */
  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight() && colours.size() < ENOUGH_COLOURS; y += 3) {
      for (int x = 0; x < image.getWidth(); x += 3) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }

  private static void save(BufferedImage image, Path file) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(QUICK);
    try {
      Files.deleteIfExists(file);
      try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), parameters);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      writer.dispose();
    }
  }
}
