package io.bitloupe.quant.format;

/** How the scale of a group is found and stored. */
public enum ScaleRule {
  /** The greatest magnitude meets the greatest level; a float32 for each group. */
  GREATEST(32),
  /** The scale of least squared error among shrunken copies of the first; a float32 for each group. */
  LEAST_SQUARES(32),
  /** The root mean square, for levels made for a unit variance; a float32 for each group. */
  ROOT_MEAN_SQUARE(32),
  /** {@code 2^(floor(log2 greatest) - emax)}, emax being the exponent of the greatest level: the floor rule of OCP MX; E8M0. */
  POWER_OF_TWO(8),
  /** An E4M3 number for each group, relative to one float32 for the tensor (NVFP4). */
  E4M3(8),
  /** 8-bit integers relative to a float32 for every 256 groups, about the mean of all scales (QLoRA's double quantization). */
  DOUBLE_QUANTIZED(8);

  private final int bits;

  ScaleRule(int bits) {
    this.bits = bits;
  }

  /** Bits of the scale of one group. */
  public int bits() {
    return bits;
  }
}
