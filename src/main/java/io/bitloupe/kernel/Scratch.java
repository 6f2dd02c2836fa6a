package io.bitloupe.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Temporary memory of one thread, kept from call to call so that a step allocates nothing in the steady state. Each method
 * always gives the same array, grown where necessary, with whatever it held before.
 */
public final class Scratch {

  private static final long TILE_BYTES = 4096;

  private byte[] panel = {};
  private byte[] interleaved = {};
  private int[] accumulators = {};
  private int[] sums = {};
  private int[] bias = {};
  private int[] rows = {};
  private float[] partialSums = {};
  private float[] operand = {};
  private float[] reals = {};
  private int[] tile = {};
  private MemorySegment alignedTile = MemorySegment.NULL;
  private MemorySegment alignedRows = MemorySegment.NULL;
  private MemorySegment alignedPanels = MemorySegment.NULL;

  /** Codes of a tile of A, gathered for a convolution. */
  public byte[] panel(int length) {
    if (panel.length < length) {
      panel = new byte[grown(length)];
    }
    return panel;
  }

  /** Codes of some rows of A, side by side. */
  public byte[] interleaved(int length) {
    if (interleaved.length < length) {
      interleaved = new byte[grown(length)];
    }
    return interleaved;
  }

  /** Accumulators of a tile. */
  public int[] accumulators(int length) {
    if (accumulators.length < length) {
      accumulators = new int[grown(length)];
    }
    return accumulators;
  }

  /** Sums of rows. */
  public int[] sums(int length) {
    if (sums.length < length) {
      sums = new int[grown(length)];
    }
    return sums;
  }

  /** A bias with corrections that are known only at run time. */
  public int[] bias(int length) {
    if (bias.length < length) {
      bias = new int[grown(length)];
    }
    return bias;
  }

  /** Where rows of an operand start, or what they are packed into. */
  public int[] rows(int length) {
    if (rows.length < length) {
      rows = new int[grown(length)];
    }
    return rows;
  }

  /** Partial sums of a tile in a kernel's own number format. */
  public float[] partialSums(int length) {
    if (partialSums.length < length) {
      partialSums = new float[length];
    }
    return partialSums;
  }

  /** An operand of a kernel in a kernel's own number format. */
  public float[] operand(int length) {
    if (operand.length < length) {
      operand = new float[grown(length)];
    }
    return operand;
  }

  /** Real values of a sample. */
  public float[] reals(int length) {
    if (reals.length < length) {
      reals = new float[grown(length)];
    }
    return reals;
  }

  /** Accumulators of a tile in a kernel's own order. */
  public int[] tile(int length) {
    if (tile.length < length) {
      tile = new int[grown(length)];
    }
    return tile;
  }

  /** Accumulators of a tile of 32 x 32, aligned to cache lines. */
  public MemorySegment alignedTile() {
    if (alignedTile.byteSize() == 0) {
      alignedTile = AlignedMemory.allocate(TILE_BYTES);
    }
    return alignedTile;
  }

  /** Rows of A, aligned to cache lines. */
  public MemorySegment alignedRows(long bytes) {
    if (alignedRows.byteSize() < bytes) {
      alignedRows = AlignedMemory.allocate(bytes + bytes / 8);
    }
    return alignedRows;
  }

  /** A packed right-hand matrix, aligned to cache lines. */
  public MemorySegment alignedPanels(long bytes) {
    if (alignedPanels.byteSize() < bytes) {
      alignedPanels = AlignedMemory.allocate(bytes + bytes / 8);
    }
    return alignedPanels;
  }

  private static int grown(int length) {
    return Math.addExact(length, length / 8);
  }
}
