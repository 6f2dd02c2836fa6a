package io.bitloupe.ui.search;

import io.bitloupe.cost.LatencyModel;
import io.bitloupe.search.SearchRequest;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A search as it is asked for in the window.
 *
 * @param request the search, whose latency is on no hardware yet
 * @param hardware what its latency is on; empty where latency plays no part
 */
public record SearchWish(SearchRequest request, Optional<Hardware> hardware) {

  /**
   * The search with the latency of its hardware.
   *
   * @param thisMachine times the layers of the model here
   */
  public SearchRequest resolved(Supplier<LatencyModel> thisMachine) {
    return hardware
        .map(
            it ->
                switch (it) {
                  case Hardware.ThisMachine _ -> thisMachine.get();
                  case Hardware.Known(LatencyModel model) -> model;
                })
        .map(model -> request.with(request.limits().on(model)))
        .orElse(request);
  }
}
