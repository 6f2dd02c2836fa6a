package io.bitloupe.ui.tradeoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.engine.Latency;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.DeploymentTiming;
import io.bitloupe.exec.Timings;
import io.bitloupe.metric.Interval;
import io.bitloupe.report.TradeOffPicture;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PictureFileTest {
  private static final TradeoffData DATA =
      new TradeoffData(
          List.of(
              point(1, "W 8 < A 8", 0.9, TradeoffPoint.Status.CURRENT, OptionalDouble.of(3)),
              point(2, "W 4 & A 8", 0.8, TradeoffPoint.Status.MEASURED, OptionalDouble.of(2)),
              point(3, "not timed", 0.85, TradeoffPoint.Status.MEASURED, OptionalDouble.empty())),
          Optional.of(new TradeoffData.Reference(0.91, 4_000_000)),
          true);

  @ParameterizedTest
  @EnumSource(CostAxis.class)
  void theFileIsAnSvgDocumentWithOneMarkForEachMeasuredPoint(CostAxis axis) throws Exception {
    for (TradeOffPicture.Palette palette : TradeOffPicture.Palette.values()) {
      String svg = PictureFile.svg(DATA, axis, palette);
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
      Element root = document.getDocumentElement();
      assertThat(root.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
      assertThat(root.getLocalName()).isEqualTo("svg");
      NodeList discs = root.getElementsByTagName("circle");
      boolean timed = axis.load().isPresent() || axis == CostAxis.INTEGER;
      assertThat(discs.getLength()).isEqualTo(timed ? 2 : 3);
      int whiskers = axis.load().isPresent() ? 4 : timed ? 2 : 3;
      assertThat(svg.split("class=\"whisker\"", -1)).as("of accuracy, and across of times").hasSize(whiskers + 1);
      assertThat(svg).doesNotContain("var(--").contains("<rect ");
    }
  }

  private static TradeoffPoint point(int step, String name, double value, TradeoffPoint.Status status, OptionalDouble milliseconds) {
    List<DeploymentLoad> loads = DeploymentLoad.usual(Runtime.getRuntime().availableProcessors());
    List<DeploymentTiming> timings =
        milliseconds.stream().boxed().flatMap(it -> loads.stream().map(load -> Timings.of(load, it, 5))).toList();
    Interval interval = new Interval(value - 0.02, value + 0.02);
    return new TradeoffPoint(
        step, name, value, interval, 100, 100,
        1_000_000L * step, 8_000_000_000L * step, new Latency(milliseconds, timings), OptionalDouble.of(step), status,
        false);
  }
}
