package io.bitloupe.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.exec.DeploymentTiming;
import java.util.List;

/** Times of the exported file as JSON, with the fields that scripts rely on (docs/command-line.md). */
public final class TimingJson {

  private TimingJson() {}

  /** An object for each of {@code timings}. */
  public static ArrayNode of(List<DeploymentTiming> timings) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (DeploymentTiming timing : timings) {
      ObjectNode json = array.addObject();
      json.put("batch", timing.load().batch()).put("threads", timing.load().threads()).put("runs", timing.runs());
      put(json.putObject("exportedMs"), timing.qdq());
      put(json.putObject("floatMs"), timing.floatModel());
      json.put("speedUp", timing.speedUp());
    }
    return array;
  }

  private static void put(ObjectNode json, DeploymentTiming.Spread spread) {
    json.put("lowerQuartile", spread.lowerQuartile()).put("median", spread.median()).put("upperQuartile", spread.upperQuartile());
  }
}
