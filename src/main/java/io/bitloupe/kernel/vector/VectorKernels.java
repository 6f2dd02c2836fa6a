package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.ConvolutionKernel;
import io.bitloupe.kernel.DepthwiseKernel;
import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.Pointwise;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** The kernels on the Vector API, for one vector width. */
public final class VectorKernels implements Kernels {

  private final int bits;
  private final IntegerGemm gemm;
  private final ConvolutionKernel convolution;
  private final DepthwiseKernel depthwise;
  private final Pointwise pointwise;

  private VectorKernels(
      int bits, IntegerGemm gemm, ConvolutionKernel convolution, DepthwiseKernel depthwise, Pointwise pointwise) {
    this.bits = bits;
    this.gemm = gemm;
    this.convolution = convolution;
    this.depthwise = depthwise;
    this.pointwise = pointwise;
  }

  /** The kernels for the width that this machine prefers. */
  public static VectorKernels preferred() {
    return Preferred.KERNELS;
  }

  /**
   * Kernels for vectors of {@code bits} bits: 128, 256 or 512. Wider ones than the machine has work, slowly. Each call defines
   * classes, so this is for tests and benchmarks.
   */
  public static VectorKernels ofWidth(int bits) {
    CodeWidening widening = Widths.instance(VectorWidening.class, CodeWidening.class, bits);
    FloatTiles tiles = Widths.instance(VectorTiles.class, FloatTiles.class, bits);
    return new VectorKernels(
        bits,
        alwaysBitSerial(
            new VectorGemm(tiles, Widths.instance(VectorInterleavedTiles.class, InterleavedTiles.class, bits, tiles), widening),
            Widths.instance(VectorBitTiles.class, BitTiles.class, bits)),
        new VectorConvolution(tiles, widening),
        Widths.instance(VectorDepthwise.class, DepthwiseKernel.class, bits, widening),
        Widths.instance(VectorPointwise.class, Pointwise.class, bits));
  }

  private static IntegerGemm alwaysBitSerial(IntegerGemm others, BitTiles tiles) {
    return new BitSerialGemm(others, tiles, _ -> Integer.MAX_VALUE);
  }

  /**
   * Products of operands of 1 and 2 bits by AND and population count, all others by {@code others}.
   *
   * @param mostRows from the number of pairs of planes of bits, 1 to 4, to the rows of A up to which bits are faster
   */
  public static IntegerGemm bitSerialBeside(IntegerGemm others, IntUnaryOperator mostRows) {
    return new BitSerialGemm(others, new VectorBitTiles(), mostRows::applyAsInt);
  }

  /** Width of the vectors in bits. */
  public int bits() {
    return bits;
  }

  /** One phrase for the status bar. */
  public String description() {
    return "%d-bit vectors, integers carried in floats, operands of 1 and 2 bits bit by bit".formatted(bits);
  }

  @Override
  public String name() {
    return VectorKernelProvider.NAME;
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

  private static final class Preferred {
    static final VectorKernels KERNELS;

    static {
      CodeWidening widening = new VectorWidening();
      FloatTiles tiles = new VectorTiles();
      KERNELS =
          new VectorKernels(
              Widths.preferred(),
              alwaysBitSerial(new VectorGemm(tiles, new VectorInterleavedTiles(tiles), widening), new VectorBitTiles()),
              new VectorConvolution(tiles, widening),
              new VectorDepthwise(widening),
              new VectorPointwise());
    }

    private Preferred() {}
  }
}
