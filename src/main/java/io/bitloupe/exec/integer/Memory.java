package io.bitloupe.exec.integer;

import io.bitloupe.kernel.Scratch;
import java.util.List;

/** The memory of one run: the values of a batch, laid into a {@link Room}. */
public final class Memory {

  private static final byte[] NO_BYTES = {};
  private static final short[] NO_SHORTS = {};

  private final List<Value> values;
  private final Room room;
  private final int samples;

  Memory(List<ValueSpec> specs, BufferAssignment assignment, Room room, int samples) {
    this.values = specs.stream().map(Value::new).toList();
    this.room = room;
    this.samples = samples;
    if (samples == 0) {
      return;
    }
    for (int value = 0; value < values.size(); value++) {
      int buffer = assignment.buffers()[value];
      int length = Math.multiplyExact(assignment.elements()[buffer], samples);
      boolean wide = assignment.wide()[buffer];
      values.get(value).bind(wide ? NO_BYTES : room.narrow(buffer, length), wide ? room.wide(buffer, length) : NO_SHORTS, samples);
    }
  }

  /** Number of samples of the run. */
  int samples() {
    return samples;
  }

  Value value(int index) {
    return values.get(index);
  }

  Scratch scratch() {
    return room.scratch();
  }

  Room room() {
    return room;
  }
}
