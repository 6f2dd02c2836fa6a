package io.bitloupe.exec;

import io.bitloupe.kernel.IntegerGemm;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.quant.IntegerFormat;
import java.util.Optional;

/** Products that are worth a call of a service go there, all others to a kernel in this process; weights are packed when needed. */
final class LargeProducts implements IntegerGemm {

  /** Multiplications from which a call, with its copies of both sides, is shorter than the product elsewhere. */
  static final long WORTH_A_CALL = 1 << 21;

  private final IntegerGemm service;
  private final IntegerGemm others;

  LargeProducts(IntegerGemm service, IntegerGemm others) {
    this.service = service;
    this.others = others;
  }

  /** The codes, and what the two kernels made of them so far. Thread-safe. */
  private final class Weights implements PackedWeights {
    private final byte[] codes;
    private final int k;
    private final int n;
    private final int[] columnSums;
    private final boolean signed;
    private final IntegerFormat activations;
    private Optional<PackedWeights> forService = Optional.empty();
    private Optional<PackedWeights> forOthers = Optional.empty();

    Weights(byte[] codes, int k, int n, boolean signed, IntegerFormat activations) {
      this.codes = codes;
      this.k = k;
      this.n = n;
      this.columnSums = PackedWeights.columnSums(codes, k, n, signed);
      this.signed = signed;
      this.activations = activations;
    }

    @Override
    public int k() {
      return k;
    }

    @Override
    public int n() {
      return n;
    }

    @Override
    public int[] columnSums() {
      return columnSums;
    }

    synchronized PackedWeights forService() {
      PackedWeights packed = forService.orElseGet(() -> service.pack(codes, k, n, signed, activations));
      forService = Optional.of(packed);
      return packed;
    }

    synchronized PackedWeights forOthers() {
      PackedWeights packed = forOthers.orElseGet(() -> others.pack(codes, k, n, signed, activations));
      forOthers = Optional.of(packed);
      return packed;
    }
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, boolean activationsSigned) {
    return pack(weights, k, n, weightsSigned, eightBits(activationsSigned));
  }

  @Override
  public PackedWeights pack(byte[] weights, int k, int n, boolean weightsSigned, IntegerFormat activations) {
    return new Weights(weights.clone(), k, n, weightsSigned, activations);
  }

  /** A session for one product is worth nothing. */
  @Override
  public PackedWeights packOnce(byte[] codes, int offset, int k, int n, boolean signed, boolean leftSigned, Scratch scratch) {
    return others.packOnce(codes, offset, k, n, signed, leftSigned, scratch);
  }

  @Override
  public String description(PackedWeights b, int m) {
    if (!(b instanceof Weights weights)) {
      return others.description(b, m);
    }
    return isLarge(b, m) ? "MatMulInteger" : others.description(weights.forOthers(), m);
  }

  @Override
  public void multiply(
      byte[] a, int aOffset, int aStride, int m, PackedWeights b, int[] c, int cOffset, int cStride, Scratch scratch) {
    if (!(b instanceof Weights weights)) {
      others.multiply(a, aOffset, aStride, m, b, c, cOffset, cStride, scratch);
    } else if (isLarge(b, m)) {
      service.multiply(a, aOffset, aStride, m, weights.forService(), c, cOffset, cStride, scratch);
    } else {
      others.multiply(a, aOffset, aStride, m, weights.forOthers(), c, cOffset, cStride, scratch);
    }
  }

  private static boolean isLarge(PackedWeights b, int m) {
    return (long) m * b.k() * b.n() >= WORTH_A_CALL;
  }

  private static IntegerFormat eightBits(boolean signed) {
    return signed ? IntegerFormat.weights(Byte.SIZE) : IntegerFormat.activations(Byte.SIZE);
  }
}
