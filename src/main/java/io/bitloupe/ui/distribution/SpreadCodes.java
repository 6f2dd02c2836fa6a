package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.ui.chart.Axis;
import java.util.List;
import javafx.scene.canvas.GraphicsContext;

/**
 * Values after quantization where channels or blocks have scales of their own: the values of each code of each group, spread over its
 * cell, added up over the groups.
 */
final class SpreadCodes {
  private static final int BINS = 4096;

  private final double low;
  private final double width;
  private final double[] below = new double[BINS + 1];

  private SpreadCodes(double low, double high) {
    this.low = low;
    this.width = (high - low) / BINS;
  }

  /**
   * Quantizes {@code groups}, each by its own of {@code affine}.
   *
   * @param groups values by group
   * @param affine scale and zero-point of each group
   */
  static SpreadCodes of(float[][] groups, List<Affine> affine, IntegerFormat format) {
    double low = affine.stream().mapToDouble(it -> it.dequantize(format.quantMin()) - half(it, format)).min().orElse(0);
    double high = affine.stream().mapToDouble(it -> it.dequantize(format.quantMax()) + half(it, format)).max().orElse(1);
    SpreadCodes spread = new SpreadCodes(low, high);
    for (int group = 0; group < groups.length; group++) {
      Affine own = affine.get(group);
      double half = half(own, format);
      int[] counts = new int[format.quantMax() - format.quantMin() + 1];
      for (float value : groups[group]) {
        counts[own.quantize(value, format) - format.quantMin()]++;
      }
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] > 0) {
          double level = own.dequantize(i + format.quantMin());
          spread.add(level - half, level + half, counts[i]);
        }
      }
    }
    for (int bin = 0; bin < BINS; bin++) {
      spread.below[bin + 1] += spread.below[bin];
    }
    return spread;
  }

  /** Half the width of a cell; the two codes of a binary format are two steps apart. */
  private static double half(Affine affine, IntegerFormat format) {
    return format.isBinary() ? affine.scale() : affine.scale() / 2.0;
  }

  /** Spreads {@code count} evenly over {@code [from, to)}; until the sums are made, an entry holds the values of the bin before it. */
  private void add(double from, double to, int count) {
    int first = bin(from);
    int last = bin(to);
    for (int bin = first; bin <= last; bin++) {
      double part = Math.min(to, low + (bin + 1) * width) - Math.max(from, low + bin * width);
      below[bin + 1] += first == last ? count : count * Math.max(0, part) / (to - from);
    }
  }

  private int bin(double value) {
    return Math.clamp((long) Math.floor((value - low) / width), 0, BINS - 1);
  }

  /** Values in {@code [from, to)}. */
  double between(double from, double to) {
    return below(to) - below(from);
  }

  private double below(double value) {
    double position = Math.clamp((value - low) / width, 0, BINS);
    int bin = (int) Math.min(position, BINS - 1);
    return below[bin] + (position - bin) * (below[bin + 1] - below[bin]);
  }

  /** Outlines the values in each of {@code bins}. */
  void draw(GraphicsContext gc, DisplayBins bins, Axis x, Axis y) {
    gc.setLineWidth(1.4);
    gc.beginPath();
    gc.moveTo(x.clamped(bins.edge(0)), y.from());
    for (int i = 0; i < bins.counts().length; i++) {
      double at = y.clamped(between(bins.edge(i), bins.edge(i + 1)));
      gc.lineTo(x.clamped(bins.edge(i)), at);
      gc.lineTo(x.clamped(bins.edge(i + 1)), at);
    }
    gc.lineTo(x.clamped(bins.edge(bins.counts().length)), y.from());
    gc.stroke();
    gc.setLineWidth(1);
  }
}
