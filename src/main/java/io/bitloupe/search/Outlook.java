package io.bitloupe.search;

import io.bitloupe.exec.Progress;

/**
 * How far a search is, which learns only on its way how much there is to measure.
 *
 * @param alone measurements of one dial alone
 * @param together the most measurements of whole configurations that there may be
 */
record Outlook(int alone, int together) {

  /** Says that {@code done} dials were measured alone. */
  void alone(int done, Progress progress) {
    progress.report(done, alone + together);
  }

  /** Says that {@code done} whole configurations were measured. */
  void together(int done, Progress progress) {
    progress.report(alone + Math.min(done, together), alone + together);
  }
}
