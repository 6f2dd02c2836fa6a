package io.bitloupe.kernel;

import java.util.Optional;

/** One implementation of every kernel. */
public interface Kernels {

  /** Short name, as the property {@code bitloupe.kernel} takes it. */
  String name();

  /** Matrix products. */
  IntegerGemm gemm();

  /** Convolutions of all channels together; empty where it is faster to gather rows for the matrix product. */
  default Optional<ConvolutionKernel> convolution() {
    return Optional.empty();
  }

  /** Depthwise convolutions. */
  DepthwiseKernel depthwise();

  /** Passes over codes and accumulators. */
  Pointwise pointwise();

  /** The kernels that this machine uses: {@link KernelChoice#best()}. */
  static Kernels best() {
    return KernelChoice.best().kernels();
  }
}
