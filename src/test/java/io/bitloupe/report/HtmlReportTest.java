package io.bitloupe.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void needsNothingFromElsewhere(boolean labels) {
    String page = HtmlReport.render(Measured.report(labels));
    assertThat(page).doesNotContain("http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link");
    assertThat(page).startsWith("<!DOCTYPE html>").contains("prefers-color-scheme: dark", "@media print");
  }

  @Test
  void namesAreShownAsTheyAre() {
    String page = HtmlReport.render(Measured.report(true));
    assertThat(page)
        .contains("pictures &amp; &lt;more&gt;.gz", "/stem/&lt;conv&gt; &amp; &quot;co&quot;", "W4A8 &lt;b&gt;")
        .doesNotContain("<conv>", "<more>", "W4A8 <b>");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theBodyIsWellFormed(boolean labels) throws Exception {
    String page = HtmlReport.render(Measured.report(labels));
    assertThat(xml(page.substring(page.indexOf("<main>"), page.indexOf("</main>") + 7)).getDocumentElement().getTagName())
        .isEqualTo("main");
  }

  @Test
  void chartsShowEveryConfiguration() throws Exception {
    List<Document> charts = charts(HtmlReport.render(Measured.report(true)));
    assertThat(charts).as("size, and two loads").hasSize(3);
    for (Document chart : charts) {
      assertThat(texts(chart)).contains("W8A8", "W6A8", "float 92.00");
      assertThat(texts(chart)).as("the collapsed one sits at the edge with its value").contains("W2A8 10.4");
      assertThat(chart.getElementsByTagName("circle").getLength()).isEqualTo(3);
      assertThat(inside(chart)).isTrue();
    }
  }

  @Test
  void timesHaveTheirSpread() throws Exception {
    String page = HtmlReport.render(Measured.report(true));
    assertThat(page).contains("Accuracy against latency, 1 sample, 1 thread", "Accuracy against latency, 32 samples, 2 threads");
    assertThat(page).contains("<td class=\"n\">0.845</td><td class=\"n\">0.760 to 1.01</td>");
    Document chart = charts(page).get(1);
    NodeList paths = chart.getElementsByTagName("path");
    int across = 0;
    for (int i = 0; i < paths.getLength(); i++) {
      Element path = (Element) paths.item(i);
      across += path.getAttribute("class").equals("whisker") && path.getAttribute("d").contains("H") ? 1 : 0;
    }
    assertThat(across).as("of all that are not off the scale").isEqualTo(3);
  }

  @Test
  void withoutLabelsAgreementStandsIn() {
    String page = HtmlReport.render(Measured.report(false));
    assertThat(page).contains("agreement with the float model stands in for accuracy", "∞").doesNotContain("top-1");
  }

  @Test
  void figuresOfTheTable() {
    String page = HtmlReport.render(Measured.report(true));
    assertThat(page).contains(">91.70<", ">−0.30<", ">168.9 kB<", ">29.0<", "1.78× as fast", ">−3.0<", "Softmax");
  }

  @Test
  void oneConfigurationIsEnough(@TempDir Path folder) throws Exception {
    Report all = Measured.report(true);
    Report one =
        new Report(
            all.model(), all.data(), all.calibrationSamples(), all.totalSamples(), all.configurations().subList(0, 1), 0,
            all.deployment(), all.environment(), all.created());
    Path file = folder.resolve("one.html");
    HtmlReport.write(one, file);
    assertThat(charts(Files.readString(file))).hasSize(3).allMatch(HtmlReportTest::inside);
  }

  @Test
  void showsWhereTheTimeGoes() throws Exception {
    String page = HtmlReport.render(Measured.report(true));
    Matcher matcher = Pattern.compile("(?s)<svg class=\"chart waterfall\".*?</svg>").matcher(page);
    assertThat(matcher.find()).isTrue();
    Document waterfall = xml(matcher.group());
    assertThat(texts(waterfall))
        .contains("float model", "on integers", "left in float", "quantize, dequantize", "exported file")
        .contains("0.400 ms, 40.0 %", "0.100 ms, 10.0 %", "0.250 ms, 25.0 %", "0.750 ms, 75.0 %");
    double[] from = new double[5];
    double[] width = new double[5];
    for (int i = 0; i < 5; i++) {
      Element bar = (Element) waterfall.getElementsByTagName("rect").item(i);
      from[i] = Double.parseDouble(bar.getAttribute("x"));
      width[i] = Double.parseDouble(bar.getAttribute("width"));
    }
    org.assertj.core.data.Offset<Double> pixel = org.assertj.core.data.Offset.offset(0.2);
    assertThat(from[2]).as("each part begins where the one before ends").isCloseTo(from[1] + width[1], pixel);
    assertThat(from[3]).isCloseTo(from[2] + width[2], pixel);
    assertThat(from[3] + width[3]).isCloseTo(from[4] + width[4], pixel);
    assertThat(width[4] / width[0]).isCloseTo(0.75, org.assertj.core.data.Offset.offset(0.005));
    assertThat(page)
        .contains("1.33 times as fast", "46.7 % of its time is spent outside of integer kernels", "1 of 3 operators run on integers")
        .contains("<li>a, b: Softmax &lt;has&gt; no integer form. Leave it.</li>");
  }

  private static List<Document> charts(String page) throws Exception {
    List<Document> charts = new ArrayList<>();
    Matcher matcher = Pattern.compile("(?s)<svg class=\"chart\".*?</svg>").matcher(page);
    while (matcher.find()) {
      charts.add(xml(matcher.group()));
    }
    return charts;
  }

  private static Document xml(String text) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
  }

  private static List<String> texts(Document chart) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = chart.getElementsByTagName("text");
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  /** Whether every mark and label starts within the picture. */
  private static boolean inside(Document chart) {
    String[] box = chart.getDocumentElement().getAttribute("viewBox").split(" ");
    for (String tag : List.of("circle", "text")) {
      NodeList nodes = chart.getElementsByTagName(tag);
      for (int i = 0; i < nodes.getLength(); i++) {
        Element element = (Element) nodes.item(i);
        double x = Double.parseDouble(element.getAttribute(tag.equals("text") ? "x" : "cx"));
        double y = Double.parseDouble(element.getAttribute(tag.equals("text") ? "y" : "cy"));
        if (!(x >= 0 && x <= Double.parseDouble(box[2]) && y >= 0 && y <= Double.parseDouble(box[3]))) {
          return false;
        }
      }
    }
    return true;
  }
}
