package io.bitloupe.ui.shell;

import io.bitloupe.engine.LocalEngine;
import io.bitloupe.exec.OrtSessions;
import io.bitloupe.exec.Processor;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** What runs here: versions, the integer kernel in use and why, the machine. What a report of a fault has to say, ready to be copied. */
final class AboutCard extends VBox {
  private static final double WIDTH = 620;
  private static final double NAME = 120;

  private final Button close = new Button(Messages.get("help.close"));

  /**
   * A line.
   *
   * @param name what it is about
   * @param text what is to be said of it
   */
  record Fact(String name, String text) {}

  /** The lines {@code facts}. */
  AboutCard(List<Fact> facts, Runnable onClose) {
    getStyleClass().addAll("overlay-card", "help-page");
    setId("about-card");
    setMaxWidth(WIDTH);
    Label heading = new Label(Messages.get("app.name"));
    heading.getStyleClass().add("help-title");
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    Button copy = new Button(Messages.get("about.copy"));
    copy.setId("about-copy");
    copy.setOnAction(_ -> copy(facts));
    close.setId("about-close");
    close.setOnAction(_ -> onClose.run());
    GridPane lines = new GridPane(12, 8);
    lines.getStyleClass().add("help-lines");
    for (int i = 0; i < facts.size(); i++) {
      Label name = new Label(facts.get(i).name());
      name.getStyleClass().add("secondary");
      name.setMinWidth(NAME);
      Label text = new Label(facts.get(i).text());
      text.getStyleClass().add("help-text");
      text.setWrapText(true);
      text.setMinHeight(Region.USE_PREF_SIZE);
      lines.addRow(i, name, text);
    }
    getChildren().addAll(new HBox(8, heading, space, copy, close), lines);
  }

  /** What has the focus first. */
  Button closeButton() {
    return close;
  }

  private static void copy(List<Fact> facts) {
    ClipboardContent content = new ClipboardContent();
    content.putString(
        facts.stream().map(fact -> Messages.get("about.line", fact.name(), fact.text())).collect(Collectors.joining("\n")));
    Clipboard.getSystemClipboard().setContent(content);
  }

  /** The facts of this process; {@code kernel} names the integer kernel in use and why. */
  static List<Fact> facts(Supplier<String> kernel) {
    String version = Optional.ofNullable(AboutCard.class.getPackage().getImplementationVersion()).orElse(Messages.get("about.development"));
    Runtime jvm = Runtime.getRuntime();
    return List.of(
        fact("version", version),
        fact("kernel", kernel.get()),
        fact("processor", Processor.name()),
        fact("threads", Messages.get("about.threadsText", jvm.availableProcessors(), LocalEngine.threadsBesideWindow())),
        fact(
            "memory",
            Messages.get(
                "about.memoryText",
                Figures.fixed(jvm.maxMemory() / 1e9, 1),
                Figures.fixed(LocalEngine.defaultActivationBytes() / 1e9, 1))),
        fact("onnxruntime", OrtSessions.version()),
        fact("java", Messages.get("about.javaText", System.getProperty("java.version"), System.getProperty("java.vendor"))),
        fact("javafx", System.getProperty("javafx.version", Figures.UNKNOWN)),
        fact("system", Messages.get("about.systemText", System.getProperty("os.name"), System.getProperty("os.version"))),
        fact("licence", Messages.get("about.licenceText")));
  }

  private static Fact fact(String key, String text) {
    return new Fact(Messages.get("about." + key), text);
  }
}
