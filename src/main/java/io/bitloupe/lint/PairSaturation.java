package io.bitloupe.lint;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.exec.IntegerRuntime;
import io.bitloupe.exec.Progress;
import io.bitloupe.exec.StepObserver;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.ValueInfo;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.quant.CodeTensor;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.TensorQuantizer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Counts, on real samples, the sums that x86 processors without VNNI get wrong: VPMADDUBSW multiplies unsigned by signed bytes and
 * adds pairs of neighbours in 16 bits with saturation, though 255 * 127 * 2 = 64770. Neighbours are those of the innermost order
 * in which ONNX Runtime packs them: input channels last for Conv, rows of the weights for Gemm and MatMul. Depthwise kernels
 * widen first and do not saturate.
 */
public final class PairSaturation {

  private static final int GREATEST = Short.MAX_VALUE;
  private static final int LEAST = Short.MIN_VALUE;
  private static final int UNSIGNED_OFFSET = 128;

  /**
   * What was counted of a step.
   *
   * @param outputs sums that were formed
   * @param saturated those with at least one saturated pair
   */
  public record Count(long outputs, long saturated) {

    /** Share of the sums with a saturated pair, 0 to 1. */
    public double share() {
      return outputs == 0 ? 0 : (double) saturated / outputs;
    }

    /** What is to be known of them; empty when none saturates. */
    Optional<LintReport.Issue> issue() {
      return saturated == 0
          ? Optional.empty()
          : Optional.of(
              new LintReport.Issue(
                  String.format(
                      Locale.ROOT, "%.3f %% of its sums saturate, since pairs of products are added in 16 bits.", 100 * share()),
                  "Give its weights 7 bits."));
    }
  }

  private final LoweredGraph lowered;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  private PairSaturation(LoweredGraph lowered) {
    this.lowered = lowered;
  }

  /**
   * Counts on the first {@code samples} samples of {@code data}.
   *
   * @return counts by step, for the products of activations and constant 8-bit weights
   */
  public static Map<String, Count> count(LoweredGraph lowered, Dataset data, int samples, Progress progress) {
    PairSaturation saturation = new PairSaturation(lowered);
    try (IntegerRuntime runtime = IntegerRuntime.open(lowered)) {
      for (int sample = 0; sample < Math.min(samples, data.size()); sample++) {
        progress.checkCancelled();
        saturation.run(runtime, data.batch(sample, 1));
        progress.report(sample + 1, Math.min(samples, data.size()));
      }
    }
    return saturation.counts;
  }

  private void run(IntegerRuntime runtime, Batch batch) {
    Map<String, CodeTensor> codes = new HashMap<>();
    for (ValueInfo input : lowered.model().graph().inputs()) {
      if (lowered.isCodes(input.name()) && !lowered.dynamic().contains(input.name())) {
        codes.put(
            input.name(),
            TensorQuantizer.quantize(
                Optional.ofNullable(batch.inputs().get(input.name())).orElseThrow(),
                lowered.params(input.name())));
      }
    }
    runtime.run(
        batch.inputs(),
        batch.size(),
        new StepObserver() {
          @Override
          public void onCodes(IntegerStep step, CodeTensor output) {
            CodeTensor input = codes.get(step.inputs().getFirst());
            if (input != null) {
              countStep(step, input);
            }
            codes.put(step.output(), copy(output));
          }
        });
  }

  private static CodeTensor copy(CodeTensor tensor) {
    Codes copied =
        switch (tensor.codes()) {
          case Codes.Bytes(byte[] values, boolean signed) -> new Codes.Bytes(values.clone(), signed);
          case Codes.Shorts(short[] values, boolean signed) -> new Codes.Shorts(values.clone(), signed);
        };
    return new CodeTensor(tensor.shape(), tensor.params(), copied);
  }

  private void countStep(IntegerStep step, CodeTensor input) {
    boolean constant = step.operands().size() == 2 && step.operands().get(1) instanceof Operand.Constant;
    if (!constant || input.params().format().containerBits() != Byte.SIZE) {
      return;
    }
    CodeTensor weights = ((Operand.Constant) step.operands().get(1)).value();
    Node node = step.node();
    int offset = input.params().format().signed() ? UNSIGNED_OFFSET : 0;
    Count count =
        switch (node.opType()) {
          case "Conv" -> convolution(node, input, weights, offset);
          case "Gemm" -> product(input, weights, offset, node.intAttribute("transB", 0) != 0);
          case "MatMul" -> product(input, weights, offset, false);
          default -> new Count(0, 0);
        };
    if (count.outputs() > 0) {
      counts.merge(step.name(), count, (a, b) -> new Count(a.outputs() + b.outputs(), a.saturated() + b.saturated()));
    }
  }

  private static Count product(CodeTensor input, CodeTensor weights, int offset, boolean transposed) {
    Shape shape = weights.shape();
    int depth = shape.dim(transposed ? 1 : 0);
    int columns = shape.dim(transposed ? 0 : 1);
    int rows = input.codes().length() / depth;
    long saturated = 0;
    int[] row = new int[depth];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < depth; k++) {
        row[k] = input.codes().get(r * depth + k) + offset;
      }
      for (int column = 0; column < columns; column++) {
        boolean wrong = false;
        for (int k = 0; k + 1 < depth && !wrong; k += 2) {
          int first = weights.codes().get(transposed ? column * depth + k : k * columns + column);
          int second = weights.codes().get(transposed ? column * depth + k + 1 : (k + 1) * columns + column);
          wrong = saturates(row[k] * first + row[k + 1] * second);
        }
        saturated += wrong ? 1 : 0;
      }
    }
    return new Count((long) rows * columns, saturated);
  }

  private static boolean saturates(int sum) {
    return sum > GREATEST || sum < LEAST;
  }

  private static Count convolution(Node node, CodeTensor input, CodeTensor weights, int offset) {
    Shape shape = weights.shape();
    Shape from = input.shape();
    int groups = Math.toIntExact(node.intAttribute("group", 1));
    int channels = shape.dim(1);
    if (shape.rank() != 4 || channels == 1 && groups > 1) {
      return new Count(0, 0);
    }
    int[] strides = node.intsAttribute("strides", 1, 1);
    int[] pads = node.intsAttribute("pads", 0, 0, 0, 0);
    int[] dilations = node.intsAttribute("dilations", 1, 1);
    int kernelHeight = shape.dim(2);
    int kernelWidth = shape.dim(3);
    int height = (from.dim(2) + pads[0] + pads[2] - (kernelHeight - 1) * dilations[0] - 1) / strides[0] + 1;
    int width = (from.dim(3) + pads[1] + pads[3] - (kernelWidth - 1) * dilations[1] - 1) / strides[1] + 1;
    int outputsPerGroup = shape.dim(0) / groups;
    int depth = channels * kernelHeight * kernelWidth;
    int zero = input.params().single().zeroPoint() + offset;
    byte[][] packed = channelsLast(weights, depth, channels, kernelHeight * kernelWidth);
    int[] patch = new int[depth];
    long outputs = 0;
    long saturated = 0;
    for (int group = 0; group < groups; group++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          gather(
              input, patch, group * channels, channels, shape,
              y * strides[0] - pads[0], x * strides[1] - pads[1], dilations, zero, offset);
          for (int out = group * outputsPerGroup; out < (group + 1) * outputsPerGroup; out++) {
            outputs++;
            saturated += anyPair(patch, packed[out]) ? 1 : 0;
          }
        }
      }
    }
    return new Count(outputs, saturated);
  }

  private static boolean anyPair(int[] patch, byte[] weights) {
    for (int k = 0; k + 1 < patch.length; k += 2) {
      if (saturates(patch[k] * weights[k] + patch[k + 1] * weights[k + 1])) {
        return true;
      }
    }
    return false;
  }

  /** Weights O, I, H, W as rows of H, W, I. */
  private static byte[][] channelsLast(CodeTensor weights, int depth, int channels, int kernel) {
    byte[][] packed = new byte[weights.shape().dim(0)][depth];
    for (int out = 0; out < packed.length; out++) {
      for (int channel = 0; channel < channels; channel++) {
        for (int k = 0; k < kernel; k++) {
          packed[out][k * channels + channel] = (byte) weights.codes().get(out * depth + channel * kernel + k);
        }
      }
    }
    return packed;
  }

  private static void gather(
      CodeTensor input,
      int[] patch,
      int firstChannel,
      int channels,
      Shape kernel,
      int top,
      int left,
      int[] dilations,
      int zero,
      int offset) {
    Shape from = input.shape();
    int at = 0;
    for (int ky = 0; ky < kernel.dim(2); ky++) {
      int y = top + ky * dilations[0];
      for (int kx = 0; kx < kernel.dim(3); kx++) {
        int x = left + kx * dilations[1];
        boolean inside = y >= 0 && y < from.dim(2) && x >= 0 && x < from.dim(3);
        for (int channel = 0; channel < channels; channel++) {
          int index = ((firstChannel + channel) * from.dim(2) + y) * from.dim(3) + x;
          patch[at++] = inside ? input.codes().get(index) + offset : zero;
        }
      }
    }
  }
}
