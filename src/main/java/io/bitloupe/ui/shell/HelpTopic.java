package io.bitloupe.ui.shell;

import io.bitloupe.ui.i18n.Messages;
import java.util.List;
import java.util.Locale;

/** What there is a help page for: every view of the window. */
enum HelpTopic {
  DISTRIBUTION("tab.distribution"),
  CHANNELS("tab.channels"),
  GRAPH("tab.graph"),
  SAMPLES("tab.samples"),
  ARITHMETIC("tab.arithmetic"),
  COMPARE("tab.compare"),
  SEARCH("tab.search"),
  METHODS("tab.methods"),
  DEPLOY("tab.deploy"),
  LAYERS("layers.title"),
  TRADEOFF("tradeoff.title"),
  HISTORY("history.title");

  private final String titleKey;

  HelpTopic(String titleKey) {
    this.titleKey = titleKey;
  }

  /** The page of a view in the centre. */
  static HelpTopic of(CentreTab tab) {
    return valueOf(tab.name());
  }

  /** Name of the view. */
  String title() {
    return Messages.get(titleKey);
  }

  /** What the view shows. */
  String introduction() {
    return Messages.get("help." + key());
  }

  /** Names of its terms in messages: {@code term.name}, and {@code term.name.text} for two sentences about it. */
  List<String> terms() {
    return List.of(Messages.get("help." + key() + ".terms").split(","));
  }

  private String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
