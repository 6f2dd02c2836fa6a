package io.bitloupe.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Neighbouring samples of another data set.
 *
 * @param whole the other data set
 * @param first index of this slice's first sample there
 * @param size number of samples
 */
public record DatasetSlice(Dataset whole, int first, int size) implements Dataset {

  /** Refuses slices that reach beyond the data set. */
  public DatasetSlice {
    Objects.checkFromIndexSize(first, size, whole.size());
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public boolean hasLabels() {
    return whole.hasLabels();
  }

  @Override
  public Batch batch(int from, int count) {
    Objects.checkFromIndexSize(from, count, size);
    Batch batch = whole.batch(first + from, count);
    return new Batch(from, batch.size(), batch.inputs(), batch.labels());
  }

  @Override
  public String digest() {
    String text = whole.digest() + ":" + first + ":" + size;
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public List<String> skipped() {
    return whole.skipped();
  }

  @Override
  public List<String> notes() {
    return whole.notes();
  }
}
