package io.bitloupe.engine.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Times several contestants in turn, so that what else the machine does meets all of them alike. */
final class Stopwatch {

  private static final int FEWEST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 2000;
  private static final long QUICK = 5_000_000;
  private static final double WARM_UP_SHARE = 0.3;

  private Stopwatch() {}

  /** Median nanoseconds of one run of each contestant, after a warm-up of a share of {@code budget}. */
  static List<Double> medians(List<Runnable> contestants, Duration budget) {
    long start = System.nanoTime();
    long warm = start + (long) (budget.toNanos() * WARM_UP_SHARE);
    do {
      contestants.forEach(Runnable::run);
    } while (System.nanoTime() < warm);
    List<List<Long>> times = new ArrayList<>();
    contestants.forEach(_ -> times.add(new ArrayList<>()));
    for (int round = 0; round < MOST_ROUNDS && (round < FEWEST_ROUNDS || System.nanoTime() - start < budget.toNanos()); round++) {
      for (int i = 0; i < contestants.size(); i++) {
        // What ran before has filled the caches: whoever is quick runs once unobserved, as in steady work.
        if (times.get(i).isEmpty() || times.get(i).getLast() < QUICK) {
          contestants.get(i).run();
        }
        long before = System.nanoTime();
        contestants.get(i).run();
        times.get(i).add(System.nanoTime() - before);
      }
    }
    return times.stream().map(Stopwatch::median).toList();
  }

  private static double median(List<Long> nanoseconds) {
    Collections.sort(nanoseconds);
    return nanoseconds.get(nanoseconds.size() / 2);
  }
}
