package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import java.util.ArrayList;
import java.util.List;

/** The memory of one run at a time: buffers for the values of a batch, and scratch. Grows with the batch and is kept. */
public final class Memory {

  private final List<Value> values = new ArrayList<>();
  private final int[] buffers;
  private final int[] elements;
  private final byte[][] narrow;
  private final short[][] wide;
  private final boolean[] isWide;
  private final Scratch scratch = new Scratch();
  private int samples;

  Memory(List<ValueSpec> specs, int[] buffers, int[] elements, boolean[] isWide) {
    specs.forEach(spec -> values.add(new Value(spec)));
    this.buffers = buffers;
    this.elements = elements;
    this.isWide = isWide;
    this.narrow = new byte[elements.length][0];
    this.wide = new short[elements.length][0];
  }

  /** Number of samples of the run. */
  int samples() {
    return samples;
  }

  Value value(int index) {
    return values.get(index);
  }

  Scratch scratch() {
    return scratch;
  }

  void prepare(int count) {
    samples = count;
    if (count == 0) {
      return;
    }
    for (int buffer = 0; buffer < elements.length; buffer++) {
      int length = Math.multiplyExact(elements[buffer], count);
      if (isWide[buffer] && wide[buffer].length < length) {
        wide[buffer] = new short[length];
      } else if (!isWide[buffer] && narrow[buffer].length < length) {
        narrow[buffer] = new byte[length];
      }
    }
    for (int value = 0; value < buffers.length; value++) {
      values.get(value).bind(narrow[buffers[value]], wide[buffers[value]], count);
    }
  }
}
