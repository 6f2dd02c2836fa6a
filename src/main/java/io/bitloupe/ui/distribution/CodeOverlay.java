package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.ui.chart.Axis;
import java.util.stream.IntStream;
import javafx.scene.canvas.GraphicsContext;

/**
 * A tensor after quantization: how many values each code has, clipped ones with the outermost.
 *
 * @param affine scale and zero-point
 * @param codes the codes, ascending
 * @param counts values of each
 */
record CodeOverlay(Affine affine, int[] codes, double[] counts) {
  static CodeOverlay of(TensorPicture picture, ClipFigures clip) {
    Affine affine = clip.affine().getFirst();
    IntegerFormat format = picture.quantized().orElseThrow().format();
    int[] codes = codes(format).toArray();
    double[] counts = IntStream.of(codes).mapToDouble(code -> ClipFigures.countOf(picture.counts(), affine, format, code)).toArray();
    return new CodeOverlay(affine, codes, counts);
  }

  private static IntStream codes(IntegerFormat format) {
    return format.isBinary() ? IntStream.of(-1, 1) : IntStream.rangeClosed(format.quantMin(), format.quantMax());
  }

  /** Codes to label: both ends, and others at even distances from the zero-point where {@code width} pixels fit between them. */
  static int[] labelled(IntegerFormat format, int zeroPoint, double cell, double width) {
    if (format.isBinary()) {
      return new int[] {-1, 1};
    }
    int step = 1;
    while (step * cell < width) {
      step *= 2;
    }
    int every = step;
    int room = (int) Math.ceil(width / Math.max(cell, 1e-9));
    return codes(format)
        .filter(
            code -> {
              boolean end = code == format.quantMin() || code == format.quantMax();
              boolean clear = code - format.quantMin() >= room && format.quantMax() - code >= room;
              return end || (clear && Math.floorMod(code - zeroPoint, every) == 0);
            })
        .toArray();
  }

  /** Outlines the counts, each spread over its cell, on the axis of counts per bin of {@code binWidth}. */
  void draw(GraphicsContext gc, double binWidth, Axis x, Axis y) {
    double half = affine.scale() / 2.0;
    gc.setLineWidth(1.4);
    gc.beginPath();
    for (int i = 0; i < codes.length; i++) {
      double center = affine.dequantize(codes[i]);
      double cell = i + 1 < codes.length ? affine.dequantize(codes[i + 1]) - center : 2 * half;
      double at = y.clamped(counts[i] * binWidth / cell);
      if (i == 0) {
        gc.moveTo(x.clamped(center - half), y.from());
      }
      gc.lineTo(x.clamped(center - half), at);
      gc.lineTo(x.clamped(center + half), at);
    }
    gc.lineTo(x.clamped(affine.dequantize(codes[codes.length - 1]) + half), y.from());
    gc.stroke();
    gc.setLineWidth(1);
  }
}
