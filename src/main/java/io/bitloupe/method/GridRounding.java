package io.bitloupe.method;

import io.bitloupe.exec.Progress;

/** Rounds the weights of a layer on the grid that it has; a channel that comes out worse than rounded to nearest stays so. */
abstract class GridRounding extends LayerRounding {

  @Override
  final Rounded settle(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress) {
    return new Rounded(rounding.params(), better(rounding, inputs, round(rounding, inputs, settings, progress), rounding.nearest()));
  }

  /** Weights on the grid of {@code rounding}, in memory order. */
  abstract float[] round(Rounding rounding, SecondMoments inputs, Settings settings, Progress progress);
}
