package io.bitloupe.exec.integer;

/**
 * Rows of matrices that lie one after the other.
 *
 * @param perSample rows of one sample
 * @param length columns
 * @param transposed whether each sample lies column by column
 */
record MatrixRows(int perSample, int length, boolean transposed) implements Rows {

  @Override
  public int groups() {
    return 1;
  }

  @Override
  public boolean dense() {
    return !transposed;
  }

  @Override
  public void gather(byte[] in, int firstRow, int count, int group, byte padding, byte[] panel) {
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < length; column++) {
        panel[row * length + column] = in[index(firstRow + row, column)];
      }
    }
  }

  @Override
  public void gather(Value in, int row, int group, int padding, int[] codes) {
    for (int column = 0; column < length; column++) {
      codes[column] = in.get(index(row, column));
    }
  }

  private int index(int row, int column) {
    int sample = row / perSample;
    int within = row % perSample;
    return sample * perSample * length + (transposed ? column * perSample + within : within * length + column);
  }
}
