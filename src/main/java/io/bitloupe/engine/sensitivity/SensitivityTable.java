package io.bitloupe.engine.sensitivity;

import io.bitloupe.engine.Response;
import io.bitloupe.metric.RankCorrelation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A complete table of sensitivities.
 *
 * @param reference the float model on the same samples
 * @param base the base configuration on the same samples
 * @param rows all entries, in the order of the plan
 * @param evaluations configurations that were measured, each one once
 * @param proxySeconds wall-clock time of the float model's answers and the estimates
 * @param seconds wall-clock time
 */
public record SensitivityTable(
    Response reference, Response base, List<SensitivityRow> rows, int evaluations, double proxySeconds, double seconds) {

  /** Copies the list. */
  public SensitivityTable {
    rows = List.copyOf(rows);
  }

  /** The entries of one kind. */
  public List<SensitivityRow> rows(Cell.Target target, Cell.Direction direction) {
    return rows.stream().filter(row -> row.cell().target() == target && row.cell().direction() == direction).toList();
  }

  /** The measurement of {@code tensor} at {@code bits} alone. */
  public Optional<Response> alone(String tensor, int bits) {
    return rows.stream()
        .filter(
            row ->
                row.cell().direction() == Cell.Direction.ONLY_THIS
                    && row.cell().tensor().equals(tensor)
                    && row.cell().bits() == bits)
        .findFirst()
        .flatMap(SensitivityRow::measured);
  }

  /**
   * Spearman's rank correlation of each proxy with the measured divergence over the entries of {@code target} that change one
   * tensor, by the name of the proxy: 1 where it orders them as the measurement does.
   */
  public Map<String, Double> rankCorrelations(Cell.Target target) {
    Map<String, Double> correlations = new LinkedHashMap<>();
    put(correlations, "layerSqnr", target, proxies -> negated(proxies.layerSqnrDb()));
    put(correlations, "outputSqnr", target, proxies -> OptionalDouble.of(-proxies.outputSqnrDb()));
    put(correlations, "firstSamples", target, proxies -> OptionalDouble.of(proxies.divergence()));
    put(correlations, "omega", target, Proxies::omega);
    put(correlations, "fisher", target, Proxies::fisher);
    put(correlations, "hessian", target, Proxies::hessian);
    return correlations;
  }

  private static OptionalDouble negated(OptionalDouble value) {
    return value.isPresent() ? OptionalDouble.of(-value.getAsDouble()) : value;
  }

  private void put(Map<String, Double> correlations, String name, Cell.Target target, Function<Proxies, OptionalDouble> proxy) {
    List<double[]> pairs = new ArrayList<>();
    for (SensitivityRow row : rows(target, Cell.Direction.ONLY_THIS)) {
      OptionalDouble estimate = row.proxies().map(proxy).orElse(OptionalDouble.empty());
      if (estimate.isPresent() && row.measured().isPresent()) {
        pairs.add(new double[] {estimate.getAsDouble(), row.measured().get().divergence()});
      }
    }
    double[] estimates = pairs.stream().mapToDouble(pair -> pair[0]).toArray();
    double[] measurements = pairs.stream().mapToDouble(pair -> pair[1]).toArray();
    double correlation = RankCorrelation.spearman(estimates, measurements);
    if (!Double.isNaN(correlation)) {
      correlations.put(name, correlation);
    }
  }
}
