package io.bitloupe.cli;

import io.bitloupe.data.Dataset;
import io.bitloupe.engine.ConfigEvaluator;
import io.bitloupe.engine.Response;
import io.bitloupe.engine.ResponseJournal;
import io.bitloupe.engine.SweepBase;
import io.bitloupe.search.MeasuredPoint;
import io.bitloupe.search.SearchResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the report part, which no search has seen, says of what one found.
 *
 * @param samples number of samples
 * @param reference what the float model answers
 * @param chosen what the choice answers
 * @param uniform what the uniform configurations answer that it is compared with
 */
record Judgement(int samples, Response reference, Response chosen, Map<MeasuredPoint, Response> uniform) {

  /** Measures the choice and its uniform rivals. A recipe is applied anew at the widths of each. */
  static Judgement of(
      Console console, MeasuringOptions measuring, MeasuringOptions.Opened opened, SearchResult result, ResponseJournal journal) {
    Dataset report = opened.workbench().data().report();
    List<MeasuredPoint> points = new ArrayList<>(result.uniform());
    points.add(result.chosen());
    boolean alike = opened.config().recipe().isEmpty();
    List<List<MeasuredPoint>> groups = alike ? List.of(points) : points.stream().map(List::of).toList();
    Map<MeasuredPoint, Response> answers = new LinkedHashMap<>();
    List<Response> reference = new ArrayList<>();
    for (List<MeasuredPoint> group : groups) {
      SweepBase base = Setup.sweepBase(console, opened.engine(), opened.workbench(), group.getFirst().config());
      try (ConfigEvaluator evaluator = measuring.evaluator(base, report, journal);
          ConsoleProgress progress = console.progress("judging")) {
        group.forEach(point -> answers.put(point, evaluator.evaluate(base.swept(point.config()), progress)));
        if (reference.isEmpty()) {
          reference.add(evaluator.floatResponse(progress));
        }
      }
    }
    Response chosen = Objects.requireNonNull(answers.get(result.chosen()));
    Map<MeasuredPoint, Response> uniform = new LinkedHashMap<>();
    result.uniform().forEach(point -> uniform.put(point, Objects.requireNonNull(answers.get(point))));
    return new Judgement(report.size(), reference.getFirst(), chosen, uniform);
  }

  /** Whether there are labels. */
  boolean labelled() {
    return chosen.right().isPresent();
  }
}
