package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import java.util.Arrays;

/**
 * Arrays and scratch for one run at a time. Runs of all plans of a model use the same one after the other: arrays of a batch are
 * tens of megabytes, and new ones would be cleared by the JVM for every change of a configuration. What an array held before is
 * still in it.
 */
final class Room {

  private static final Object NOTHING = new Object();

  private final Scratch scratch = new Scratch();
  private Object[] arrays = {};

  Scratch scratch() {
    return scratch;
  }

  /** The array of 8-bit codes number {@code buffer}, at least {@code length} long. */
  byte[] narrow(int buffer, int length) {
    reserve(buffer);
    if (arrays[buffer] instanceof byte[] codes && codes.length >= length) {
      return codes;
    }
    byte[] fresh = new byte[length];
    arrays[buffer] = fresh;
    return fresh;
  }

  /** The same of 16-bit codes; a plan has either under one number. */
  short[] wide(int buffer, int length) {
    reserve(buffer);
    if (arrays[buffer] instanceof short[] codes && codes.length >= length) {
      return codes;
    }
    short[] fresh = new short[length];
    arrays[buffer] = fresh;
    return fresh;
  }

  private void reserve(int buffer) {
    if (arrays.length <= buffer) {
      int before = arrays.length;
      arrays = Arrays.copyOf(arrays, buffer + 1);
      Arrays.fill(arrays, before, arrays.length, NOTHING);
    }
  }
}
