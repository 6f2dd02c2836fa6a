package io.bitloupe.ui.graph;

/** What the colours of the graph tell. */
public enum Heat {
  WEIGHT_SQNR,
  OUTPUT_SQNR,
  SENSITIVITY,
  BITS,
  BYTES,
  TIME,
  PLACE
}
