package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import java.util.Arrays;

/**
 * Arrays and scratch for one run at a time. Runs of all plans of a model use the same one after the other: arrays of a batch are
 * tens of megabytes, and new ones would be cleared by the JVM for every change of a configuration. What an array held before is
 * still in it.
 */
final class Room {

  private final Scratch scratch = new Scratch();
  private byte[][] narrow = {};
  private short[][] wide = {};

  Scratch scratch() {
    return scratch;
  }

  /** The array of 8-bit codes number {@code buffer}, at least {@code length} long. */
  byte[] narrow(int buffer, int length) {
    if (narrow.length <= buffer) {
      int before = narrow.length;
      narrow = Arrays.copyOf(narrow, buffer + 1);
      Arrays.fill(narrow, before, narrow.length, new byte[0]);
    }
    if (narrow[buffer].length < length) {
      narrow[buffer] = new byte[length];
    }
    return narrow[buffer];
  }

  /** The same of 16-bit codes. */
  short[] wide(int buffer, int length) {
    if (wide.length <= buffer) {
      int before = wide.length;
      wide = Arrays.copyOf(wide, buffer + 1);
      Arrays.fill(wide, before, wide.length, new short[0]);
    }
    if (wide[buffer].length < length) {
      wide[buffer] = new short[length];
    }
    return wide[buffer];
  }
}
