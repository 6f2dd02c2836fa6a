package io.bitloupe.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes pictures through ImageIO, which needs no display. Sample values are taken as they are stored: color profiles, gamma
 * and transparency are ignored, and 16-bit samples keep their upper half, as Pillow and torchvision do.
 */
final class ImageDecoder {

  private static final Map<ImageHeader.Format, ImageReaderSpi> READERS = readers();

  private ImageDecoder() {}

  private static Map<ImageHeader.Format, ImageReaderSpi> readers() {
    Map<ImageHeader.Format, ImageReaderSpi> readers = new EnumMap<>(ImageHeader.Format.class);
    for (ImageHeader.Format format : ImageHeader.Format.values()) {
      Iterator<ImageReader> candidates = ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT));
      if (candidates.hasNext()) {
        readers.put(format, candidates.next().getOriginatingProvider());
      }
    }
    return readers;
  }

  /**
   * Decodes a file.
   *
   * @throws IOException when the contents are damaged
   */
  static Pixels decode(ImageHeader.Format format, byte[] file) throws IOException {
    ImageReaderSpi provider = READERS.get(format);
    if (provider == null) {
      throw new IOException("this Java has no reader for " + format);
    }
    ImageReader reader = provider.createReaderInstance();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      if ((long) reader.getWidth(0) * reader.getHeight(0) > ImageHeader.MOST_PIXELS) {
        throw new IOException("too many pixels");
      }
      return pixels(reader.read(0));
    } catch (RuntimeException e) {
      throw new IOException("damaged " + format, e); // the readers let index and argument errors through
    } finally {
      reader.dispose();
    }
  }

  private static Pixels pixels(BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return fromPalette(image, palette);
    }
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    if (raster.getDataBuffer() instanceof DataBufferByte buffer && raster.getParent() == null) {
      // The common cases: what JPEG decodes to.
      if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
        return new Pixels(width, height, 3, reversed(buffer.getData()));
      }
      if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
        return new Pixels(width, height, 1, buffer.getData());
      }
    }
    int bands = raster.getNumBands();
    int channels = bands >= 3 ? 3 : 1;
    byte[] samples = new byte[width * height * channels];
    int[] row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          samples[at++] = toByte(row[x * bands + channel], raster.getSampleModel().getSampleSize(channel));
        }
      }
    }
    return new Pixels(width, height, channels, samples);
  }

  private static byte[] reversed(byte[] samples) {
    for (int i = 0; i + 2 < samples.length; i += 3) {
      byte blue = samples[i];
      samples[i] = samples[i + 2];
      samples[i + 2] = blue;
    }
    return samples;
  }

  private static byte toByte(int sample, int bits) {
    return (byte) (bits < Byte.SIZE ? sample * 255 / ((1 << bits) - 1) : sample >> (bits - Byte.SIZE));
  }

  private static Pixels fromPalette(BufferedImage image, IndexColorModel palette) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    byte[] samples = new byte[width * height * 3];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int index = raster.getSample(x, y, 0);
        samples[at++] = (byte) palette.getRed(index);
        samples[at++] = (byte) palette.getGreen(index);
        samples[at++] = (byte) palette.getBlue(index);
      }
    }
    return new Pixels(width, height, 3, samples);
  }
}
