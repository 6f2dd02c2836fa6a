package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.Pointwise;

/** Matrix products in machine code, everything else as other kernels do it. */
final class MachineKernels implements Kernels {

  /** Name of these kernels. */
  static final String NAME = "machine";

  private final IntegerGemm gemm;
  private final Kernels others;

  MachineKernels(TileEngine engine, Kernels others) {
    this.gemm = new MachineGemm(engine);
    this.others = others;
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
  public DepthwiseKernel depthwise() {
    return others.depthwise();
  }

  @Override
  public Pointwise pointwise() {
    return others.pointwise();
  }
}
