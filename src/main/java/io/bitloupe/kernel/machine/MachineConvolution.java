package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.FloatScaleRequantizer;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Pointwise;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.kernel.Window;

/** Convolutions as products of rows that machine code gathers from the padded image, a block at a time. */
final class MachineConvolution implements ConvolutionKernel {

  private final TileEngines engines;
  private final MachineProduct product = new MachineProduct();

  MachineConvolution(TileEngines engines) {
    this.engines = engines;
  }

  @Override
  public boolean takes(Window window, boolean weightsSigned, boolean activationsSigned) {
    TileEngine engine = engines.of(Integer.MAX_VALUE, weightsSigned, activationsSigned);
    return (window.kernelWidth() == 1 || window.dilationX() == 1)
        && engine.takesWeights(weightsSigned)
        && engine.takesActivations(activationsSigned);
  }

  @Override
  public PackedWeights packConvolution(
      byte[] weights, Window window, int channels, int n, boolean weightsSigned, boolean activationsSigned) {
    if (!takes(window, weightsSigned, activationsSigned)) {
      throw new IllegalArgumentException("a convolution that this kernel does not take");
    }
    int k = window.taps() * channels;
    return MachineWeights.pack(
        weights, k, n, weightsSigned, activationsSigned, engines.of(k, weightsSigned, activationsSigned));
  }

  @Override
  public void convolve(
      byte[] input, int inputOffset, Window window, int channels, int padding, int firstRow, int rows, PackedWeights weights,
      int[] c, Scratch scratch) {
    MachineWeights packed = (MachineWeights) weights;
    run(
        input, inputOffset, window, channels, padding, firstRow, rows, packed,
        new AccumulatorTarget(packed, c, 0, packed.n(), scratch), scratch);
  }

  @Override
  public void convolveToCodes(
      byte[] input, int inputOffset, Window window, int channels, int padding, int firstRow, int rows, PackedWeights weights,
      Epilogue epilogue, Pointwise pointwise, byte[] codes, int codeOffset, Scratch scratch) {
    if (epilogue.requantizer() instanceof FloatScaleRequantizer requantizer) {
      MachineWeights packed = (MachineWeights) weights;
      Target target =
          new CodeTarget(packed, codes, codeOffset, MachineGemm.constants(epilogue, requantizer), scratch);
      run(input, inputOffset, window, channels, padding, firstRow, rows, packed, target, scratch);
    } else {
      ConvolutionKernel.super.convolveToCodes(
          input, inputOffset, window, channels, padding, firstRow, rows, weights, epilogue, pointwise, codes, codeOffset,
          scratch);
    }
  }

  private void run(
      byte[] input, int inputOffset, Window window, int channels, int padding, int firstRow, int rows, MachineWeights weights,
      Target target, Scratch scratch) {
    PaddedImage image = PaddedImage.of(input, inputOffset, window, channels, padding, firstRow, rows, scratch);
    RowGeometry geometry =
        new RowGeometry(
            rows,
            window.strideY() * image.pitch(),
            window.outputWidth(),
            window.strideX() * channels,
            window.kernelHeight(),
            window.dilationY() * image.pitch(),
            window.kernelWidth() * channels);
    product.run(geometry, image.codes(), image.offset(), weights, target, scratch);
  }
}
