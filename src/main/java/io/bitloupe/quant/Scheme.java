package io.bitloupe.quant;

/** Where the zero-point lies (Gholami et al. 2021, III.C). */
public enum Scheme {
  /** Zero-point 0; codes restricted to plus and minus 2^(b-1)-1, so that the range is the same on both sides. */
  SYMMETRIC,
  /** Zero-point anywhere in the code range, so that all codes cover the range from minimum to maximum. */
  ASYMMETRIC
}
