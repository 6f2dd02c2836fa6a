package io.bitloupe.ui.distribution;

/** Which tensor of a layer is shown. */
public enum TensorSide {
  WEIGHTS,
  INPUT,
  OUTPUT
}
