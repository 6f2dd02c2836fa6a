package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.vector.VectorKernels;
import java.util.Optional;

/** Products, convolutions and the commonest passes in machine code, everything else as other kernels do it. */
final class MachineKernels implements Kernels {

  /** Name of these kernels. */
  static final String NAME = "machine";

  private final IntegerGemm gemm;
  private final ConvolutionKernel convolution;
  private final DepthwiseKernel depthwise;
  private final Pointwise pointwise;

  MachineKernels(TileEngines engines, Kernels others) {
    this.gemm = VectorKernels.bitSerialBeside(new MachineGemm(engines), engines.of(Integer.MAX_VALUE, true, false)::bitSerialRows);
    this.convolution = new MachineConvolution(engines);
    this.depthwise = new MachineDepthwise(others.depthwise());
    this.pointwise = new MachinePointwise(others.pointwise());
  }

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
