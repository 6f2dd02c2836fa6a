package io.bitloupe.data;

import io.bitloupe.data.ImageHeader.ImageException;
import java.io.EOFException;

/**
 * Walks the markers of a JPEG file (ITU-T T.81, annex B), also through the coded data, whose bytes look like markers only where
 * they are damaged.
 */
final class JpegStructure {

  private static final int START = 0xd8;
  private static final int END = 0xd9;
  private static final int SCAN = 0xda;

  private final byte[] bytes;
  private int at = 2;
  private int width;
  private int height;
  private int components;

  private JpegStructure(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a file that starts with the marker of a JPEG file.
   *
   * @throws ImageException when it is damaged or neither gray nor color
   * @throws EOFException when it ends early
   */
  static ImageHeader read(byte[] bytes) throws ImageException, EOFException {
    JpegStructure structure = new JpegStructure(bytes);
    structure.walk();
    return new ImageHeader(ImageHeader.Format.JPEG, structure.width, structure.height);
  }

  private void walk() throws ImageException, EOFException {
    boolean scanned = false;
    for (int marker = marker(); marker != END; marker = marker()) {
      int length = unsignedByte() << Byte.SIZE | unsignedByte();
      int next = at + length - 2;
      if (length < 2 || !isSegment(marker)) {
        throw new ImageException("its markers are damaged");
      }
      if (isFrame(marker)) {
        frame();
      }
      at = next;
      if (marker == SCAN) {
        if (components == 0) {
          throw new ImageException("it has no frame header");
        }
        skipCodedData();
        scanned = true;
      }
    }
    if (!scanned) {
      throw new ImageException("it has no pixels");
    }
  }

  private void frame() throws ImageException, EOFException {
    if (components != 0) {
      throw new ImageException("it has two frame headers");
    }
    unsignedByte();
    height = unsignedByte() << Byte.SIZE | unsignedByte();
    width = unsignedByte() << Byte.SIZE | unsignedByte();
    components = unsignedByte();
    if (components != 1 && components != 3) {
      throw new ImageException("it is a JPEG of %d components, not gray or color".formatted(components));
    }
  }

  /** Goes on to the next byte pair that is a marker: no stuffed zero and no restart. */
  private void skipCodedData() throws EOFException {
    while (true) {
      while (unsignedByte() != 0xff) {
        // coded data
      }
      int next = unsignedByte();
      while (next == 0xff) {
        next = unsignedByte();
      }
      if (next != 0 && (next < 0xd0 || next > 0xd7)) {
        at -= 2;
        return;
      }
    }
  }

  private int marker() throws ImageException, EOFException {
    if (unsignedByte() != 0xff) {
      throw new ImageException("its markers are damaged");
    }
    int marker = unsignedByte();
    while (marker == 0xff) {
      marker = unsignedByte();
    }
    return marker;
  }

  /** Whether a decoder knows what to do with a segment: tables, frames, scans, application data and comments. */
  private static boolean isSegment(int marker) {
    return marker >= 0xc0 && marker <= 0xfe && marker != 0xc8 && marker != START
        && !(marker >= 0xd0 && marker <= 0xd7) && marker != 0xde && marker != 0xdf && !(marker >= 0xf0 && marker <= 0xfd);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private int unsignedByte() throws EOFException {
    if (at >= bytes.length) {
      throw new EOFException("the picture ends early");
    }
    return Byte.toUnsignedInt(bytes[at++]);
  }
}
