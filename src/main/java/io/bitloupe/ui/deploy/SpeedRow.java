package io.bitloupe.ui.deploy;

import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;

/**
 * Measured times of the exported file under one load, for people.
 *
 * @param load samples and threads of a run
 * @param exported median and middle half of the exported file
 * @param inFloat the same of the float model
 * @param againstFloat share of the float model's time, and how many times as fast that is
 */
public record SpeedRow(String load, String exported, String inFloat, String againstFloat) {

  static SpeedRow of(DeploymentTiming timing) {
    return new SpeedRow(
        Messages.get("deploy.speed.load", timing.load().batch(), timing.load().threads()),
        spread(timing.qdq()),
        spread(timing.floatModel()),
        Messages.get(
            "deploy.speed.ratio",
            Figures.percent(timing.percentOfFloat().median() / 100, 1),
            Figures.fixed(timing.speedUp(), 2),
            timing.runs()));
  }

  private static String spread(DeploymentTiming.Spread it) {
    return Messages.get(
        "deploy.speed.spread",
        Figures.milliseconds(it.median()),
        Figures.significant(it.lowerQuartile()),
        Figures.significant(it.upperQuartile()));
  }
}
