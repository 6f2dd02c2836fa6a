package io.bitloupe.cli;

import io.bitloupe.engine.Evaluation;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Pairing;
import io.bitloupe.metric.Quality;
import io.bitloupe.report.Figures;
import java.util.Collection;
import java.util.Optional;

/** The table of {@code compare}, whose rows are printed one by one, each as soon as its choice is measured. */
final class CompareTable {

  private static final int INTERVAL = "-100.00 to +100.00".length();

  private final TextTable table;

  /** A table of the choices called {@code names}. */
  CompareTable(Collection<String> names) {
    table =
        new TextTable()
            .text("choice", names.stream().mapToInt(name -> name.codePointCount(0, name.length())).max().orElse(0))
            .number("top-1", "%", 6)
            .number("to float", "points")
            .number("95 % interval", "points", INTERVAL)
            .number("to the first", "points")
            .number("95 % interval", "points", INTERVAL)
            .number("agreement", "%")
            .number("output SQNR", "dB")
            .number("weights", "kB", 9)
            .number("in integers", "% of MACs");
  }

  /** What stands above the rows. */
  String head() {
    return table.head();
  }

  /** The row of one choice; {@code toFirst} compares it with the first one. */
  String row(String name, Evaluation evaluation, Optional<Pairing> toFirst) {
    Quality quality = evaluation.quality();
    return table.line(
        name,
        quality.accuracy().map(a -> Figures.percentNumber(quality.top1(a))).orElse(Figures.NONE),
        quality
            .accuracy()
            .map(a -> Figures.points((double) (a.correct() - a.correctFloat()) / quality.samples()))
            .orElse(Figures.NONE),
        quality.accuracy().map(a -> interval(a.deltaInterval())).orElse(Figures.NONE),
        toFirst.map(pairing -> Figures.points(pairing.difference())).orElse(Figures.NONE),
        toFirst.map(pairing -> interval(pairing.interval())).orElse(Figures.NONE),
        Figures.percentNumber(quality.agreementFloat()),
        Figures.decibels(quality.outputSqnrDb()),
        Figures.decimal(evaluation.cost().weightBytes() / 1000.0, 1),
        Figures.decimal(100 * evaluation.cost().integerMacShare(), 1));
  }

  private static String interval(Interval interval) {
    return Figures.points(interval.low()) + " to " + Figures.points(interval.high());
  }
}
