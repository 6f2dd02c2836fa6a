package io.bitloupe.model;

/** The operators whose multiplications quantization is about. */
public enum LayerKind {
  CONV("Conv"),
  /** A convolution with one input channel per group and as many groups as input channels. */
  DEPTHWISE_CONV("DepthwiseConv"),
  CONV_TRANSPOSE("ConvTranspose"),
  GEMM("Gemm"),
  /** A matrix product with constant weights. */
  MATMUL("MatMul"),
  /** A matrix product of two activations, as in attention: no weights to quantize. */
  ACTIVATION_MATMUL("MatMul of activations");

  private final String title;

  LayerKind(String title) {
    this.title = title;
  }

  /** The operator's name for people. */
  public String title() {
    return title;
  }

  /** Whether layers of this kind own weights. */
  public boolean hasWeights() {
    return this != ACTIVATION_MATMUL;
  }
}
