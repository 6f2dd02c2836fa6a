package io.bitloupe.ui.distribution;

import io.bitloupe.quant.Range;
import io.bitloupe.quant.RangeMethod;

/**
 * What a range method would choose.
 *
 * @param method the method
 * @param range its range
 * @param sqnrDb signal-to-noise ratio of the tensor with one scale over that range
 */
public record RangePick(RangeMethod method, Range range, double sqnrDb) {}
