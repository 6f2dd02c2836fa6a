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
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures of a window, which is light, under target/screenshots. */
final class Screenshots {
  static final Path FOLDER = Path.of("target", "screenshots");

  /** A size in pixels. */
  private record Size(int width, int height) {}

  private static final Size LARGE = new Size(1920, 1080);
  private static final Size SMALL = new Size(1280, 800);

  /** In which sizes and themes pictures are taken of a view. */
  enum Extent {
    /** The small one, light. */
    QUICK(List.of(SMALL), List.of("light")),
    /** Both, light and dark. */
    WHOLE(List.of(LARGE, SMALL), List.of("light", "dark"));

    private final List<Size> sizes;
    private final List<String> themes;

    Extent(List<Size> sizes, List<String> themes) {
      this.sizes = sizes;
      this.themes = themes;
    }
  }

  /** Deflating a large picture as well as can be takes longer than drawing it. */
  private static final float QUICK = 0.7f;

  private static final int ENOUGH_COLOURS = 7;

  private final TestWindow window;
  private final String prefix;
  private final Extent extent;
  private final Set<String> tabs = new TreeSet<>();
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

  /** The tabs of the centre that pictures were taken of. */
  Set<String> tabs() {
    return tabs;
  }

  /** The pictures of what the window shows now. */
  void shoot(String name) throws IOException {
    Files.createDirectories(FOLDER);
    for (Size size : extent.sizes) {
      List<TestWindow.Picture> taken = window.pictures(size.width(), size.height(), extent.themes.size() > 1);
      for (int i = 0; i < taken.size(); i++) {
        String named = name + "-" + extent.themes.get(i) + "-" + size.width();
        assertThat(colours(taken.get(i).image())).as("colours of " + named).hasSizeGreaterThanOrEqualTo(ENOUGH_COLOURS);
        assertThat(taken.get(i).elided()).as("texts cut short in " + named).isEmpty();
        assertThat(taken.get(i).overlaps()).as("texts over one another in " + named).isEmpty();
        assertThat(taken.get(i).image().getRGB(2, 2)).as("each theme its own")
            .isNotEqualTo(i == 0 ? 0 : taken.getFirst().image().getRGB(2, 2));
        keep(taken.get(i).image(), named);
      }
    }
    TestWindow.onFx(() -> tabs.add(window.shell.tabs().getSelectionModel().getSelectedItem().getId()));
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
