package io.bitloupe.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A picture in a folder.
 *
 * @param path where it is
 * @param relative its path from the data set's folder, with {@code /} between names
 * @param format how it is encoded
 * @param width columns
 * @param height rows
 * @param digest SHA-256 of its contents
 */
record ImageFile(Path path, String relative, ImageHeader.Format format, int width, int height, String digest) {

  private static final long LARGEST_FILE = 256 << 20;

  /**
   * Looks at the file. Formats whose structure does not tell damaged files from intact ones are decoded for that, which also
   * tells their true size (a GIF's first frame may be smaller than its screen).
   *
   * @throws ImageHeader.ImageException when it is damaged, or no picture that can be decoded
   */
  static ImageFile open(Path path, String relative) throws IOException {
    if (Files.size(path) > LARGEST_FILE) {
      throw new ImageHeader.ImageException("it is too large for a picture");
    }
    byte[] bytes = Files.readAllBytes(path);
    ImageHeader header = ImageHeader.read(bytes);
    String digest = new ContentDigest().add(ByteBuffer.wrap(bytes)).hex();
    if (header.format().hasChecks()) {
      return new ImageFile(path, relative, header.format(), header.width(), header.height(), digest);
    }
    try {
      Pixels pixels = ImageDecoder.decode(header.format(), bytes);
      return new ImageFile(path, relative, header.format(), pixels.width(), pixels.height(), digest);
    } catch (IOException e) {
      throw new ImageHeader.ImageException("it is damaged");
    }
  }

  /**
   * Decodes the file.
   *
   * @throws io.bitloupe.model.InvalidInputException when it can no longer be read, or is no longer the same; one sentence
   */
  Pixels decode() {
    Pixels pixels;
    try {
      pixels = ImageDecoder.decode(format, Files.readAllBytes(path));
    } catch (IOException e) {
      throw Refusal.of(path, "the picture is damaged", e);
    }
    if (pixels.width() != width || pixels.height() != height) {
      throw Refusal.of(path, "the picture was %d×%d when its folder was opened and is %d×%d now"
          .formatted(width, height, pixels.width(), pixels.height()));
    }
    return pixels;
  }
}
