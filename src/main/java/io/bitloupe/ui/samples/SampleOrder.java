package io.bitloupe.ui.samples;

/** What samples are sorted by. */
public enum SampleOrder {
  /** Their position in the data. */
  POSITION,
  /** The float model's margin, the surest first: the flips that are hardest to excuse. */
  FLOAT_MARGIN,
  /** The margin here, the surest first. */
  MARGIN
}
