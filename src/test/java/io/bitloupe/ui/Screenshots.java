package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures of a window under target/screenshots: light and dark, large and small. */
final class Screenshots {
  static final Path FOLDER = Path.of("target", "screenshots");
  private static final int[][] SIZES = {{1920, 1080}, {1280, 800}};
  /** Deflating a large picture as well as can be takes longer than drawing it. */
  private static final float QUICK = 0.7f;

  private final TestWindow window;
  private final String prefix;
  private int taken;

  Screenshots(TestWindow window, String prefix) {
    this.window = window;
    this.prefix = prefix;
  }

  /** How many pictures were taken. */
  int taken() {
    return taken;
  }

  /** Waits until no picture is being computed any more. */
  void settle() {
    window.await("no busy line", () -> !window.isBusy());
  }

  /** Two sizes, both themes. */
  void shoot(String name) throws IOException {
    Files.createDirectories(FOLDER);
    BufferedImage[] light = both(name + "-light-");
    TestWindow.onFx(() -> window.theme.toggle());
    BufferedImage[] dark = both(name + "-dark-");
    TestWindow.onFx(() -> window.theme.toggle());
    for (int i = 0; i < SIZES.length; i++) {
      assertThat(colours(light[i])).as("colours of " + name).hasSizeGreaterThan(6);
      assertThat(dark[i].getRGB(2, 2)).isNotEqualTo(light[i].getRGB(2, 2));
    }
  }

  private BufferedImage[] both(String name) throws IOException {
    BufferedImage[] pictures = new BufferedImage[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      pictures[i] = window.picture(SIZES[i][0], SIZES[i][1]);
      save(pictures[i], prefix + name + SIZES[i][0]);
    }
    return pictures;
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new TreeSet<>();
    for (int y = 0; y < image.getHeight(); y += 3) {
      for (int x = 0; x < image.getWidth(); x += 3) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
  }

  private void save(BufferedImage image, String name) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(QUICK);
    Path file = FOLDER.resolve(name + ".png");
    Files.deleteIfExists(file);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    taken++;
  }
}
