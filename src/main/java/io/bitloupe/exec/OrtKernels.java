package io.bitloupe.exec;

import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.Pointwise;

/** Large products as a service of ONNX Runtime, which reaches the 8-bit instructions of its processor; all else as others do it. */
final class OrtKernels implements Kernels {

  /** Name of these kernels. */
  static final String NAME = "onnxruntime";

  private final Kernels others;
  private final IntegerGemm gemm;

  OrtKernels(Kernels others) {
    this.others = others;
    this.gemm = new LargeProducts(new OrtGemm(), others.gemm());
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
