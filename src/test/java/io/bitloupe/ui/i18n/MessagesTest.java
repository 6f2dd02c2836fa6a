package io.bitloupe.ui.i18n;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private static final Path JAVA = Path.of("src/main/java/io/bitloupe/ui");
  private static final Path RESOURCES = Path.of("resources/io/bitloupe/ui");
  private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern FXML_TEXT = Pattern.compile("(?:text|promptText|accessibleText)=\"([^\"]*)\"");

  private static List<String> read(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> texts = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    }
  }

  @Test
  void fxmlHoldsNoText() throws IOException {
    List<String> files = read(RESOURCES, ".fxml");
    assertThat(files).hasSizeGreaterThan(5);
    for (String file : files) {
      Matcher matcher = FXML_TEXT.matcher(file);
      while (matcher.find()) {
        assertThat(matcher.group(1)).startsWith("%");
        assertThat(Messages.bundle().containsKey(matcher.group(1).substring(1))).as(matcher.group(1)).isTrue();
      }
    }
  }

  @Test
  void everyTextIsUsed() throws IOException {
    Set<String> parts = new TreeSet<>();
    for (String file : read(JAVA, ".java")) {
      Matcher matcher = STRING.matcher(file);
      while (matcher.find()) {
        parts.add(matcher.group(1));
      }
    }
    for (String file : read(RESOURCES, ".fxml")) {
      Matcher matcher = FXML_TEXT.matcher(file);
      while (matcher.find()) {
        parts.add(matcher.group(1).replace("%", ""));
      }
    }
    List<String> unused = new ArrayList<>();
    for (String key : Messages.bundle().keySet()) {
      boolean whole = parts.contains(key);
      boolean composed = parts.stream().anyMatch(part -> part.endsWith(".") && part.length() > 3 && key.startsWith(part));
      if (!whole && !composed) {
        unused.add(key);
      }
    }
    assertThat(unused).isEmpty();
  }

  @Test
  void everyTextThatCodeAsksForIsThere() throws IOException {
    Pattern call = Pattern.compile("Messages\\.get\\(\\s*\"([^\"]+)\"\\s*[,)]");
    int calls = 0;
    for (String file : read(JAVA, ".java")) {
      Matcher matcher = call.matcher(file);
      while (matcher.find()) {
        calls++;
        assertThat(Messages.bundle().containsKey(matcher.group(1))).as(matcher.group(1)).isTrue();
      }
    }
    assertThat(calls).isGreaterThan(100);
  }

  @Test
  void patternsAreWellFormedAndApostrophesAreRight() {
    for (String key : Messages.bundle().keySet()) {
      String text = Messages.bundle().getString(key);
      if (text.contains("{")) {
        new MessageFormat(text, Locale.ENGLISH);
        assertThat(text.replace("''", "")).as(key).doesNotContain("'");
      } else {
        assertThat(text).as(key).doesNotContain("''");
      }
    }
  }

  @Test
  void integersAreWrittenAsFigures() {
    assertThat(Messages.get("job.calibrate", 7308)).isEqualTo("Calibrating on 7 308 samples");
    assertThat(Messages.get("bits.count", 1)).isEqualTo("1 bit");
    assertThat(Messages.get("bits.count", 4)).isEqualTo("4 bits");
  }
}
