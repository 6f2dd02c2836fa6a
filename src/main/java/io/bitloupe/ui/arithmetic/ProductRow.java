package io.bitloupe.ui.arithmetic;

import io.bitloupe.exec.integer.ElementTerms;
import io.bitloupe.exec.integer.ElementTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One product of a sum.
 *
 * @param index position in the sum
 * @param channel input channel, counted within the group
 * @param tap position in the kernel; 0 where there is none
 * @param padding whether the input is padding
 * @param inputCode a
 * @param weightCode w
 * @param product a * w
 * @param centred {@code (a - Za)(w - Zw)}: what it adds to the accumulator once the zero-points are corrected for
 */
public record ProductRow(int index, int channel, int tap, boolean padding, int inputCode, int weightCode, long product, long centred) {

  /** The products of {@code trace}, in order. */
  static List<ProductRow> of(ElementTrace trace) {
    List<ProductRow> rows = new ArrayList<>(trace.length());
    int taps = trace.terms().taps();
    for (int i = 0; i < trace.length(); i++) {
      int a = trace.inputCodes()[i];
      int w = trace.weightCodes()[i];
      long centred = (long) (a - trace.input().zeroPoint()) * (w - trace.weight().zeroPoint());
      boolean padding = trace.terms().left()[i] == ElementTerms.PADDING;
      rows.add(new ProductRow(i, i / taps, i % taps, padding, a, w, (long) a * w, centred));
    }
    return rows;
  }

  /** {@code rows} with the largest contributions first. */
  static List<ProductRow> largestFirst(List<ProductRow> rows) {
    return rows.stream().sorted(Comparator.comparingLong((ProductRow row) -> -Math.abs(row.centred()))).toList();
  }
}
