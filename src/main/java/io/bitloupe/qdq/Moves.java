package io.bitloupe.qdq;

import java.util.Set;

/** The operators that only pass codes on, and so share their input's scale. */
public final class Moves {

  /** Their names. */
  public static final Set<String> OPERATORS =
      Set.of("MaxPool", "GlobalMaxPool", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Pad");

  private Moves() {}
}
