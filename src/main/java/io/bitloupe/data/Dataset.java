package io.bitloupe.data;

import java.util.List;

/** Samples for a model, in a fixed order. Thread-safe. */
public interface Dataset {

  /** Name for people, for instance the file or folder. */
  String name();

  /** Number of samples. */
  int size();

  /** Whether every sample has a class. */
  boolean hasLabels();

  /**
   * Reads {@code count} samples from {@code first} on.
   *
   * @throws io.bitloupe.model.InvalidInputException when a sample can no longer be read; one sentence that names it
   */
  Batch batch(int first, int count);

  /** Digest of the samples (and of how they are preprocessed), hexadecimal. */
  String digest();

  /** One sentence for each sample that was left out, and why; empty when all were taken. */
  List<String> skipped();

  /** What a user should know of how the data was understood, a sentence each. */
  default List<String> notes() {
    return List.of();
  }
}
