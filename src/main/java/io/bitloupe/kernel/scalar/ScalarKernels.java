package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.Pointwise;
import java.util.Optional;

/** The oracle: every kernel in its shortest correct form. */
public final class ScalarKernels implements Kernels {

  /** Name of these kernels. */
  public static final String NAME = "scalar";

  /** The only instance. */
  public static final Kernels INSTANCE = new ScalarKernels();

  private final IntegerGemm gemm = new ScalarGemm();
  private final ConvolutionKernel convolution = new ScalarConvolution();
  private final DepthwiseKernel depthwise = new ScalarDepthwise();
  private final Pointwise pointwise = new ScalarPointwise();

  private ScalarKernels() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public IntegerGemm gemm() {
    return gemm;
  }

  @Override
  public Optional<ConvolutionKernel> convolution() {
    return Optional.of(convolution);
  }

  @Override
  public DepthwiseKernel depthwise() {
    return depthwise;
  }

  @Override
  public Pointwise pointwise() {
    return pointwise;
  }
}
