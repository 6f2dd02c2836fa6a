package io.bitloupe.engine;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import java.util.List;

/**
 * Data that says when samples are read.
 *
 * @param data the samples
 * @param beforeBatch called before they are read, on the thread that reads them; what it throws is thrown on
 */
record WatchedData(Dataset data, Runnable beforeBatch) implements Dataset {
  @Override
  public Batch batch(int first, int count) {
    beforeBatch.run();
    return data.batch(first, count);
  }

  @Override
  public String name() {
    return data.name();
  }

  @Override
  public int size() {
    return data.size();
  }

  @Override
  public boolean hasLabels() {
    return data.hasLabels();
  }

  @Override
  public String digest() {
    return data.digest();
  }

  @Override
  public List<String> skipped() {
    return data.skipped();
  }
}
