package io.bitloupe.ui.distribution;

import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.ui.chart.Axis;
import java.util.stream.IntStream;
import javafx.scene.canvas.GraphicsContext;

/**
 * A tensor after quantization: how many values each code has, clipped ones with the outermost.
 *
 * @param cells the grid
 * @param counts values of each code
 */
record CodeOverlay(GridCells cells, double[] counts) {
  static CodeOverlay of(TensorPicture picture, GridCells cells) {
    return new CodeOverlay(cells, IntStream.range(0, cells.size()).mapToDouble(i -> cells.count(picture.counts(), i)).toArray());
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
    return IntStream.rangeClosed(format.quantMin(), format.quantMax())
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
    int last = cells.size() - 1;
    gc.setLineWidth(1.4);
    gc.beginPath();
    gc.moveTo(x.clamped(cells.from(0)), y.from());
    for (int i = 0; i <= last; i++) {
      double at = y.clamped(counts[i] * binWidth / (cells.to(i) - cells.from(i)));
      gc.lineTo(x.clamped(cells.from(i)), at);
      gc.lineTo(x.clamped(cells.to(i)), at);
    }
    gc.lineTo(x.clamped(cells.to(last)), y.from());
    gc.stroke();
    gc.setLineWidth(1);
  }
}
