package io.bitloupe.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What the structure of an image file says, read without decoding it. Files that are cut short are found here.
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

  private static final int TAIL = 4096;

  /** Something is wrong with the image; the message goes on from a colon and has no full stop. */
  static final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    ImageException(String reason) {
      super(reason);
    }
  }

  /**
   * Reads the header of {@code path}.
   *
   * @throws ImageException when it is damaged, or no picture that can be decoded
   */
  static ImageHeader read(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] start = new byte[(int) Math.min(32, file.length())];
      file.readFully(start);
      ImageHeader header = parse(start, file);
      if (header.width < 1 || header.height < 1) {
        throw new ImageException("it has no pixels");
      }
      if ((long) header.width * header.height > MOST_PIXELS) {
        throw new ImageException("it claims %d×%d pixels, which is more than is decoded".formatted(header.width, header.height));
      }
      return header;
    } catch (EOFException e) {
      throw new ImageException("it ends early");
    }
  }

  private static ImageHeader parse(byte[] start, RandomAccessFile file) throws IOException {
    if (start.length == 0) {
      throw new ImageException("it is empty");
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u00ff\u00d8\u00ff")) {
      return jpeg(file);
    }
    if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
      requireChunks(file);
      return new ImageHeader(Format.PNG, bigEndian(start, 16), bigEndian(start, 20));
    }
    if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
      requireTail(file, new byte[] {0x3b});
      return new ImageHeader(Format.GIF, littleEndian(start, 6, 2), littleEndian(start, 8, 2));
    }
    if (text.startsWith("BM") && start.length >= 26) {
      if (littleEndian(start, 2, 4) > file.length()) {
        throw new EOFException("the bitmap ends early");
      }
      return new ImageHeader(Format.BMP, littleEndian(start, 18, 4), Math.abs(littleEndian(start, 22, 4)));
    }
    throw new ImageException("it is no JPEG, PNG, GIF or BMP picture");
  }

  /** Walks the chunks of a PNG file to the last one and checks their sums (PNG specification, 5.3 to 5.5). */
  private static void requireChunks(RandomAccessFile file) throws IOException {
    file.seek(8);
    DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(file.getChannel())));
    byte[] part = new byte[1 << 13];
    while (true) {
      long left = Integer.toUnsignedLong(in.readInt());
      if (left > file.length()) {
        throw new EOFException("the chunk ends early");
      }
      CRC32 sum = new CRC32();
      in.readFully(part, 0, 4);
      sum.update(part, 0, 4);
      boolean last = new String(part, 0, 4, StandardCharsets.ISO_8859_1).equals("IEND");
      while (left > 0) {
        int length = (int) Math.min(part.length, left);
        in.readFully(part, 0, length);
        sum.update(part, 0, length);
        left -= length;
      }
      if ((int) sum.getValue() != in.readInt()) {
        throw new ImageException("its checksums say that it is damaged");
      }
      if (last) {
        return;
      }
    }
  }

  /** Walks the marker segments up to the frame header (ITU-T T.81, annex B). */
  private static ImageHeader jpeg(RandomAccessFile file) throws IOException {
    requireTail(file, new byte[] {(byte) 0xff, (byte) 0xd9});
    file.seek(2);
    DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(file.getChannel())));
    while (true) {
      int marker = in.readUnsignedByte();
      if (marker != 0xff) {
        throw new ImageException("its markers are damaged");
      }
      while (marker == 0xff) {
        marker = in.readUnsignedByte();
      }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        continue;
      }
      int length = in.readUnsignedShort() - 2;
      boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (frame) {
        in.readUnsignedByte();
        int height = in.readUnsignedShort();
        int width = in.readUnsignedShort();
        int components = in.readUnsignedByte();
        if (components != 1 && components != 3) {
          throw new ImageException("it is a JPEG of %d components, not gray or color".formatted(components));
        }
        return new ImageHeader(Format.JPEG, width, height);
      }
      if (marker == 0xda || length < 0) {
        throw new ImageException("it has no frame header");
      }
      in.skipNBytes(length);
    }
  }

  /** Checks that {@code mark}, which ends the picture, stands near the end of the file. */
  private static void requireTail(RandomAccessFile file, byte[] mark) throws IOException {
    byte[] tail = new byte[(int) Math.min(TAIL, file.length())];
    file.seek(file.length() - tail.length);
    file.readFully(tail);
    for (int at = tail.length - mark.length; at >= 0; at--) {
      if (Arrays.equals(tail, at, at + mark.length, mark, 0, mark.length)) {
        return;
      }
    }
    throw new EOFException("the picture ends early");
  }

  private static int bigEndian(byte[] bytes, int at) throws EOFException {
    if (bytes.length < at + Integer.BYTES) {
      throw new EOFException("the header ends early");
    }
    return java.nio.ByteBuffer.wrap(bytes).getInt(at);
  }

  private static int littleEndian(byte[] bytes, int at, int length) throws EOFException {
    if (bytes.length < at + length) {
      throw new EOFException("the header ends early");
    }
    int value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << Byte.SIZE | Byte.toUnsignedInt(bytes[at + i]);
    }
    return value;
  }
}
