package io.bitloupe.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class EvaluationJsonTest {

  private static final List<String> FIELDS =
      List.of(
          "model", "configDigest", "runtime", "samples", "correct", "correctFloat", "top1", "top1Low", "top1High", "top5", "top1Float",
          "deltaTop1", "deltaLow", "deltaHigh", "flippedToWrong", "flippedToRight", "agreementFloat", "outputSqnrDb", "weightBytes",
          "floatWeightBytes", "macs", "bitOps", "integerMacShare", "islands", "latencyMs", "seconds", "layers");

  @Test
  void hasTheFieldsThatScriptsRelyOn() {
    JsonNode json = EvaluationJson.of("a.onnx", Measured.evaluation(917, 168_900, true));
    assertThat(json.fieldNames()).toIterable().containsAll(FIELDS);
    assertThat(json.get("latencyMs").fieldNames()).toIterable().containsExactly("integerRuntime", "onnxruntimeQdq", "onnxruntimeFloat");
    assertThat(json.get("timings").get(1).fieldNames())
        .toIterable()
        .containsExactly("batch", "threads", "runs", "exportedMs", "floatMs", "speedUp");
    assertThat(json.get("timings").get(1).get("exportedMs").fieldNames())
        .toIterable()
        .containsExactly("lowerQuartile", "median", "upperQuartile");
    assertThat(json.get("layers").get(0).fieldNames())
        .toIterable()
        .contains("name", "op", "weightBits", "activationBits", "weightSqnrDb", "outputSqnrDb", "milliseconds");
    assertThat(json.get("top1").doubleValue()).isEqualTo(0.917);
    assertThat(json.get("top1Float").doubleValue()).isEqualTo(0.92);
    assertThat(json.get("deltaTop1").doubleValue()).isEqualTo(-0.003);
    assertThat(json.get("part").textValue()).isEqualTo("report");
  }

  @Test
  void whatIsInfiniteOrNotThereIsNull() {
    JsonNode json = EvaluationJson.of("a.onnx", Measured.evaluation(917, 168_900, false));
    assertThat(json.fieldNames()).toIterable().containsAll(FIELDS);
    assertThat(json.get("top1").isNull()).isTrue();
    assertThat(json.get("correct").isNull()).isTrue();
    assertThat(json.get("outputSqnrDb").isNull()).isTrue();
    assertThat(json.get("layers").get(2).get("weightSqnrDb").isNull()).isTrue();
    assertThat(json.get("layers").get(1).get("milliseconds").isNull()).isTrue();
    assertThat(json.get("agreementFloat").doubleValue()).isCloseTo(0.967, within(1e-9));
  }

  @Test
  void theTableReadsBack() {
    Report report = Measured.report(true);
    String csv = CsvReport.render(report.configurations());
    Table table = Table.read().csv(csv, "read");
    assertThat(table.rowCount()).isEqualTo(4);
    assertThat(table.columnNames()).contains("configuration", "top1", "weightBytes", "onnxruntimeQdqMs")
        .contains("exportedMsBatch32Threads2", "floatMsBatch1Threads1UpperQuartile").doesNotHaveDuplicates();
    assertThat(table.stringColumn("configuration").asList()).containsExactly("W8A8", "W6A8", "W4A8 <b>", "W2A8");
    assertThat(table.doubleColumn("top1").getDouble(0)).isEqualTo(0.917);
    JsonNode rows = JsonReport.json("model.onnx", report.configurations());
    assertThat(rows.findValuesAsText("configuration")).containsExactly("W8A8", "W6A8", "W4A8 <b>", "W2A8");
    assertThat(rows.get(0).path("layers")).hasSize(3);
    assertThat(CsvReport.render(Measured.report(false).configurations())).doesNotContain("Infinity", "NaN");
  }
}
