package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Sample values come out as they were stored, whatever the color model. */
class ImageDecoderTest {

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  @Test
  void grayKeepsItsValues() throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    WritableRaster raster = image.getRaster();
    for (int i = 0; i < 64; i++) {
      raster.setSample(i % 8, i / 8, 0, 100);
    }
    Pixels png = ImageDecoder.decode(ImageHeader.Format.PNG, encode(image, "png"));
    assertThat(png.channels()).isEqualTo(1);
    assertThat(png.at(3, 3, 0)).isEqualTo(100);
    Pixels jpeg = ImageDecoder.decode(ImageHeader.Format.JPEG, encode(image, "jpg"));
    assertThat(jpeg.at(3, 3, 0)).isCloseTo(100, within(1));
    assertThat(jpeg.toColor().at(3, 3, 2)).isEqualTo(jpeg.at(3, 3, 0));
  }

  @Test
  void sixteenBitsKeepTheUpperHalf() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0xABCD);
    image.getRaster().setSample(1, 0, 0, 0x00FF);
    Pixels pixels = ImageDecoder.decode(ImageHeader.Format.PNG, encode(image, "png"));
    assertThat(pixels.at(0, 0, 0)).isEqualTo(0xAB);
    assertThat(pixels.at(0, 1, 0)).isZero();
  }

  @Test
  void transparencyIsIgnored() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x40102030);
    Pixels pixels = ImageDecoder.decode(ImageHeader.Format.PNG, encode(image, "png"));
    assertThat(new int[] {pixels.at(0, 0, 0), pixels.at(0, 0, 1), pixels.at(0, 0, 2)}).containsExactly(0x10, 0x20, 0x30);
  }

  @Test
  void palettesAndBitmapsAreLookedUp() throws IOException {
    byte[] map = {0, (byte) 200};
    IndexColorModel palette = new IndexColorModel(1, 2, map, map, new byte[] {5, 6});
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    image.getRaster().setSample(1, 0, 0, 1);
    for (String format : new String[] {"png", "gif"}) {
      Pixels pixels = ImageDecoder.decode(ImageHeader.Format.valueOf(format.toUpperCase(java.util.Locale.ROOT)), encode(image, format));
      assertThat(new int[] {pixels.at(0, 0, 0), pixels.at(0, 0, 2), pixels.at(0, 1, 1), pixels.at(0, 1, 2)})
          .as(format)
          .containsExactly(0, 5, 200, 6);
    }
    BufferedImage color = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    color.setRGB(0, 0, 0x102030);
    Pixels bitmap = ImageDecoder.decode(ImageHeader.Format.BMP, encode(color, "bmp"));
    assertThat(bitmap.at(0, 0, 0)).isEqualTo(0x10);
    assertThat(bitmap.toGray().at(0, 0, 0)).isEqualTo((0x10 * 19595 + 0x20 * 38470 + 0x30 * 7471 + 0x8000) >> 16);
  }

  @Test
  void resizingKeepsConstantsAndIdentity() {
    byte[] ramp = new byte[5 * 4 * 3];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (i * 4);
    }
    Pixels picture = new Pixels(5, 4, 3, ramp);
    assertThat(Resampler.resize(picture, 5, 4)).isSameAs(picture);
    byte[] flat = new byte[7 * 9];
    java.util.Arrays.fill(flat, (byte) 177);
    for (int[] size : new int[][] {{3, 2}, {20, 31}, {7, 1}}) {
      for (byte sample : Resampler.resize(new Pixels(7, 9, 1, flat), size[0], size[1]).samples()) {
        assertThat(Byte.toUnsignedInt(sample)).isEqualTo(177);
      }
    }
  }

  @Test
  void resizingWeighsByATriangleAsWideAsTheFactor() {
    // 4 -> 2: weights 3/7, 3/7, 1/7 from the left, the mirror image from the right.
    Pixels row = new Pixels(4, 1, 1, new byte[] {0, 70, (byte) 140, (byte) 210});
    assertThat(Resampler.resize(row, 2, 1).samples()).containsExactly((byte) 50, (byte) 160);
    Pixels column = new Pixels(1, 4, 1, new byte[] {0, 70, (byte) 140, (byte) 210});
    assertThat(Resampler.resize(column, 1, 2).samples()).containsExactly((byte) 50, (byte) 160);
    // 2 -> 4: plain linear interpolation between pixel centers.
    Pixels pair = new Pixels(2, 1, 1, new byte[] {0, 100});
    assertThat(Resampler.resize(pair, 4, 1).samples()).containsExactly(0, 25, 75, 100);
  }

  @Test
  void croppingBeyondThePictureIsBlack() {
    Pixels picture = new Pixels(2, 2, 1, new byte[] {1, 2, 3, 4});
    assertThat(picture.crop(-1, -1, 4, 3).samples()).containsExactly(0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0);
    assertThat(picture.crop(1, 0, 1, 2).samples()).containsExactly(2, 4);
  }
}
