package io.bitloupe.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.ui.i18n.Messages;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HelpTopicTest {
  private static final Pattern END = Pattern.compile("\\.( |$)");

  @Test
  void everyTermIsExplainedInTwoSentences() {
    Set<String> terms = new TreeSet<>();
    for (HelpTopic topic : HelpTopic.values()) {
      assertThat(topic.introduction()).as(topic.name()).endsWith(".");
      assertThat(topic.terms()).as(topic.name()).hasSizeGreaterThan(3).doesNotHaveDuplicates();
      terms.addAll(topic.terms());
    }
    assertThat(terms).hasSizeGreaterThan(40);
    for (String term : terms) {
      String text = Messages.get("term." + term + ".text");
      assertThat(END.matcher(text).results()).as(text).hasSize(2);
      assertThat(Messages.get("term." + term)).isNotBlank();
    }
    long explained = Messages.bundle().keySet().stream().filter(key -> key.matches("term\\.\\w+\\.text")).count();
    assertThat(explained).as("no term that no page has").isEqualTo(terms.size());
  }

  @Test
  void everyViewInTheCentreHasAPage() {
    assertThat(CentreTab.values()).allSatisfy(tab -> assertThat(HelpTopic.of(tab).title()).isNotBlank());
  }
}
