package io.bitloupe.exec.integer;

import io.bitloupe.kernel.AccumulatorBound;
import io.bitloupe.kernel.Epilogue;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.PackedWeights;
import io.bitloupe.kernel.Requantizer;
import io.bitloupe.kernel.Scratch;
import io.bitloupe.model.Shape;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.Requantization;
import java.util.Arrays;
import java.util.List;

/**
 * MatMul of two activations, as in attention, or with a constant that is no plain matrix: batches of M x K times K x N, with
 * the batch dimensions broadcast. The right-hand side is packed anew for every product.
 */
final class ActivationProductOperator implements IntegerOperator {

  private final Side a;
  private final Side b;
  private final int m;
  private final int k;
  private final int n;
  private final int[] startsA;
  private final int[] startsB;
  private final Requantization kind;
  private final RealOutput realOutput;
  private final Kernels kernels;
  private final boolean fast;

  /**
   * Builds the operator.
   *
   * @param shapeA shape of the first operand for one sample, of rank 2 or more
   * @param shapeB shape of the second operand for one sample, of rank 2 or more
   */
  ActivationProductOperator(
      Side a,
      Shape shapeA,
      Side b,
      Shape shapeB,
      ValueSpec output,
      Requantization kind,
      RealOutput realOutput,
      Kernels kernels) {
    this.a = a;
    this.b = b;
    this.kind = kind;
    this.realOutput = realOutput;
    this.kernels = kernels;
    m = shapeA.dim(-2);
    k = shapeA.dim(-1);
    n = shapeB.dim(-1);
    int rank = Math.max(shapeA.rank(), shapeB.rank());
    int[] batchA = Broadcast.padded(Arrays.copyOf(shapeA.toArray(), shapeA.rank() - 2), rank - 2);
    int[] batchB = Broadcast.padded(Arrays.copyOf(shapeB.toArray(), shapeB.rank() - 2), rank - 2);
    startsA = starts(batchA, batchB, m * k, true);
    startsB = starts(batchA, batchB, k * n, false);
    fast = a.fast() && b.fast() && output.fast() && k <= AccumulatorBound.maxLength(AccumulatorBound.MAGNITUDE, AccumulatorBound.MAGNITUDE);
  }

  @Override
  public void run(List<Value> inputs, Value output, int samples, Scratch scratch) {
    for (int sample = 0; sample < samples; sample++) {
      for (int batch = 0; batch < startsA.length; batch++) {
        if (fast) {
          multiply(inputs, output, sample, batch, scratch);
        } else {
          multiplyReals(inputs, output, sample, batch, scratch);
        }
      }
      if (!fast) {
        realOutput.write(scratch.reals(output.spec().elements()), output, sample);
      }
    }
  }

  private void multiply(List<Value> inputs, Value output, int sample, int batch, Scratch scratch) {
    byte[] codesA = a.codes(inputs);
    int startA = a.base(sample) + startsA[batch];
    int startB = b.base(sample) + startsB[batch];
    Affine affineA = a.fixedAffine();
    Affine affineB = b.fixedAffine();
    Affine out = output.spec().affine();
    PackedWeights packed =
        kernels.gemm().packOnce(b.codes(inputs), startB, k, n, b.format().signed(), a.format().signed(), scratch);
    int[] accumulators = scratch.accumulators(m * n);
    kernels.gemm().multiply(codesA, startA, k, m, packed, accumulators, 0, n, scratch);
    int[] bias = new int[n];
    for (int column = 0; column < n; column++) {
      bias[column] = -affineA.zeroPoint() * (packed.columnSums()[column] - k * affineB.zeroPoint());
    }
    if (affineB.zeroPoint() != 0) {
      subtractRowSums(codesA, startA, affineB.zeroPoint(), accumulators);
    }
    float[] scales = new float[n];
    Arrays.fill(scales, affineB.scale());
    Requantizer requantizer =
        Requantizer.of(
            kind, affineA.scale(), scales, out.scale(), out.zeroPoint(), realOutput.codeMin(), realOutput.codeMax());
    int to = sample * output.spec().elements() + batch * m * n;
    kernels.pointwise().requantize(accumulators, 0, m, new Epilogue(bias, requantizer), output.bytes(), to);
  }

  private void subtractRowSums(byte[] codes, int start, int zeroPoint, int[] accumulators) {
    for (int row = 0; row < m; row++) {
      int sum = 0;
      for (int i = 0; i < k; i++) {
        byte code = codes[start + row * k + i];
        sum += a.format().signed() ? code : Byte.toUnsignedInt(code);
      }
      for (int column = 0; column < n; column++) {
        accumulators[row * n + column] -= zeroPoint * sum;
      }
    }
  }

  private void multiplyReals(List<Value> inputs, Value output, int sample, int batch, Scratch scratch) {
    Affine affineA = a.affine(inputs, sample);
    Affine affineB = b.affine(inputs, sample);
    float[] reals = scratch.reals(output.spec().elements());
    for (int row = 0; row < m; row++) {
      for (int column = 0; column < n; column++) {
        long sum = 0;
        for (int i = 0; i < k; i++) {
          int codeA = a.get(inputs, sample, startsA[batch] + row * k + i);
          int codeB = b.get(inputs, sample, startsB[batch] + i * n + column);
          sum += (long) (codeA - affineA.zeroPoint()) * (codeB - affineB.zeroPoint());
        }
        reals[(batch * m + row) * n + column] = (float) sum * (affineA.scale() * affineB.scale());
      }
    }
  }

  /** Where each product of the broadcast batch finds one of its operands. */
  private static int[] starts(int[] batchA, int[] batchB, int size, boolean ofA) {
    int[] batch = new int[batchA.length];
    for (int axis = 0; axis < batch.length; axis++) {
      batch[axis] = Math.max(batchA[axis], batchB[axis]);
    }
    int products = Arrays.stream(batch).reduce(1, (x, y) -> x * y);
    int[] own = ofA ? batchA : batchB;
    int[] starts = new int[products];
    for (int i = 0; i < products; i++) {
      int rest = i;
      int stride = size;
      for (int axis = batch.length - 1; axis >= 0; axis--) {
        int index = rest % batch[axis];
        rest /= batch[axis];
        starts[i] += own[axis] == 1 ? 0 : index * stride;
        stride *= own[axis];
      }
    }
    return starts;
  }
}
