package io.bitloupe.search;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.exec.Progress;
import io.bitloupe.search.solve.Assignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The configurations that one search has measured. */
final class Measurements {

  private final ConfigEvaluator evaluator;
  private final Surrogate surrogate;
  private final SearchListener listener;
  private final Outlook outlook;
  private final Map<List<Integer>, MeasuredPoint> points = new LinkedHashMap<>();
  private int measured;

  Measurements(ConfigEvaluator evaluator, Surrogate surrogate, SearchListener listener, Outlook outlook) {
    this.evaluator = evaluator;
    this.surrogate = surrogate;
    this.listener = listener;
    this.outlook = outlook;
  }

  /** Measures {@code assignment}, once. */
  MeasuredPoint of(Assignment assignment, Progress progress) {
    return of(List.of(assignment), progress).getFirst();
  }

  /** Measures {@code assignments}, each once, in parallel; the points are in the given order. */
  List<MeasuredPoint> of(List<Assignment> assignments, Progress progress) {
    progress.checkCancelled();
    List<Assignment> fresh = new ArrayList<>();
    for (Assignment assignment : assignments) {
      if (!points.containsKey(assignment.picks()) && fresh.stream().noneMatch(one -> one.picks().equals(assignment.picks()))) {
        fresh.add(assignment);
      }
    }
    List<QuantConfig> configs = fresh.stream().map(this::config).toList();
    MeasuredPoint[] found = new MeasuredPoint[fresh.size()];
    if (found.length == 1) {
      // One configuration alone is spread over all threads.
      found[0] = point(fresh.getFirst(), configs.getFirst(), evaluator.evaluate(configs.getFirst(), progress.silent()), progress);
    } else {
      evaluator.evaluateAll(
          configs,
          (response, index) -> found[index] = point(fresh.get(index), configs.get(index), response, progress),
          progress.silent());
    }
    for (int i = 0; i < found.length; i++) {
      points.put(fresh.get(i).picks(), found[i]);
    }
    return assignments.stream().map(assignment -> Objects.requireNonNull(points.get(assignment.picks()))).toList();
  }

  private QuantConfig config(Assignment assignment) {
    return surrogate.space().config(surrogate.space().settings(assignment.picks()));
  }

  private MeasuredPoint point(Assignment assignment, QuantConfig config, Response response, Progress progress) {
    MeasuredPoint point =
        new MeasuredPoint(
            config,
            surrogate.space().bits(surrogate.space().settings(assignment.picks())),
            surrogate.spending(assignment),
            assignment.loss(),
            response);
    listener.onMeasured(point);
    outlook.together(++measured, progress);
    return point;
  }

  /** All of them, in the order in which they were asked for. */
  Collection<MeasuredPoint> all() {
    return List.copyOf(points.values());
  }
}
