package io.bitloupe.engine.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Times several contestants in turn, so that what else the machine does meets all of them alike. */
final class Stopwatch {

  private static final int FEWEST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 2000;
  private static final long QUICK = 5_000_000;
  private static final long QUIET = 500_000_000;
  private static final long LONGEST_WARM_UP = 15_000_000_000L;
  private static final double NO_FASTER = 0.97;

  private Stopwatch() {}

  /** Median nanoseconds of one run of each contestant in {@code budget}, once the JVM has compiled what they run. */
  static List<Double> medians(List<Runnable> contestants, Duration budget) {
    warmUp(contestants);
    long start = System.nanoTime();
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

  /** Median nanoseconds of {@code runs} runs. */
  static double median(Runnable contestant, int runs) {
    List<Long> times = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      long before = System.nanoTime();
      contestant.run();
      times.add(System.nanoTime() - before);
    }
    return median(times);
  }

  /**
   * Runs all until, for half a second, the JVM has compiled nothing and none became faster. A compilation of vector code takes
   * longer than many runs of the code that it replaces, and until then a run says nothing about the ones to come.
   */
  private static void warmUp(List<Runnable> contestants) {
    long[] fastest = new long[contestants.size()];
    Arrays.fill(fastest, Long.MAX_VALUE);
    long start = System.nanoTime();
    long compiled = compilationMillis();
    long changed = start;
    do {
      for (int i = 0; i < fastest.length; i++) {
        long before = System.nanoTime();
        contestants.get(i).run();
        long after = System.nanoTime();
        if (after - before < fastest[i] * NO_FASTER) {
          fastest[i] = after - before;
          changed = after;
        }
      }
      long now = compilationMillis();
      changed = now == compiled ? changed : System.nanoTime();
      compiled = now;
    } while (System.nanoTime() - changed < QUIET && System.nanoTime() - start < LONGEST_WARM_UP);
  }

  /** Time that the JVM has spent on compiling so far; a JVM that only interprets has nothing to wait for. */
  private static long compilationMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported() ? compiler.getTotalCompilationTime() : 0;
  }

  private static double median(List<Long> nanoseconds) {
    Collections.sort(nanoseconds);
    return nanoseconds.get(nanoseconds.size() / 2);
  }
}
