package io.bitloupe.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What the structure of an image file says, read without decoding it. Files that are cut short or damaged are found here.
 *
 * @param format JPEG, PNG, GIF or BMP
 * @param width columns
 * @param height rows
 */
record ImageHeader(Format format, int width, int height) {

  /** Formats that can be decoded. */
  enum Format {
    JPEG,
    PNG,
    GIF,
    BMP;

    /** Whether the structure alone tells nearly all damaged files from intact ones. */
    boolean hasChecks() {
      return this == JPEG || this == PNG;
    }
  }

  /** Larger pictures are refused: decoding them takes several bytes for each pixel. */
  static final long MOST_PIXELS = 64_000_000;

  /** Something is wrong with the image; the message goes on from a colon and has no full stop. */
  static final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    ImageException(String reason) {
      super(reason);
    }
  }

  /**
   * Reads the header of the file {@code bytes}.
   *
   * @throws ImageException when it is damaged, or no picture that can be decoded
   */
  static ImageHeader read(byte[] bytes) throws ImageException {
    if (bytes.length == 0) {
      throw new ImageException("it is empty");
    }
    ImageHeader header;
    try {
      header = parse(bytes);
    } catch (EOFException | BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new ImageException("it ends early");
    }
    if (header.width < 1 || header.height < 1) {
      throw new ImageException("it has no pixels");
    }
    if ((long) header.width * header.height > MOST_PIXELS) {
      throw new ImageException("it claims %d×%d pixels, which is more than is decoded".formatted(header.width, header.height));
    }
    return header;
  }

  private static ImageHeader parse(byte[] bytes) throws ImageException, EOFException {
    String start = new String(bytes, 0, Math.min(8, bytes.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return JpegStructure.read(bytes);
    }
    if (start.equals("\u0089PNG\r\n\u001a\n")) {
      return png(ByteBuffer.wrap(bytes));
    }
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
      return new ImageHeader(Format.GIF, Short.toUnsignedInt(little.getShort(6)), Short.toUnsignedInt(little.getShort(8)));
    }
    if (start.startsWith("BM")) {
      return new ImageHeader(Format.BMP, little.getInt(18), Math.abs(little.getInt(22)));
    }
    throw new ImageException("it is no JPEG, PNG, GIF or BMP picture");
  }

  /** Walks the chunks up to the last one and checks their sums (PNG specification, 5.3 to 5.5). */
  private static ImageHeader png(ByteBuffer file) throws ImageException {
    int width = file.getInt(16);
    int height = file.getInt(20);
    file.position(8);
    boolean last = false;
    while (!last) {
      int length = file.getInt();
      if (length < 0 || length > file.remaining() - 8) {
        throw new ImageException("it ends early");
      }
      ByteBuffer chunk = file.slice(file.position(), 4 + length);
      last = chunk.getInt(0) == 0x49454E44; // IEND
      CRC32 sum = new CRC32();
      sum.update(chunk);
      file.position(file.position() + 4 + length);
      if ((int) sum.getValue() != file.getInt()) {
        throw new ImageException("its checksums say that it is damaged");
      }
    }
    return new ImageHeader(Format.PNG, width, height);
  }
}
