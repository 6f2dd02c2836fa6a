package io.bitloupe.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.config.FormatText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/methods.md names a place in the code and a test in every row; they are there, and nothing that can be chosen is without a row. */
class MethodsDocumentTest {

  private static final Path DOCUMENT = Path.of("docs", "methods.md");
  private static final Path CODE = Path.of("src", "main", "java", "io", "bitloupe");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern CODED = Pattern.compile("`([^`]+)`");

  private static final Map<String, Path> TEST_CLASSES = new HashMap<>();
  private static final List<Row> ROWS = new ArrayList<>();

  /** A row of a table, by the titles of its columns. */
  private record Row(Map<String, String> cells) {
    List<String> names(String column) {
      return CODED.matcher(cells.getOrDefault(column, "")).results().map(found -> found.group(1)).toList();
    }
  }

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.walk(TESTS)) {
      files.filter(file -> file.toString().endsWith("Test.java")).forEach(
          file -> TEST_CLASSES.put(Objects.requireNonNull(file.getFileName()).toString().replace(".java", ""), file));
    }
    List<String> titles = List.of();
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (!line.startsWith("|")) {
        titles = List.of();
      } else if (titles.isEmpty()) {
        titles = cells(line);
      } else if (!line.startsWith("|---")) {
        Map<String, String> byTitle = new HashMap<>();
        List<String> cells = cells(line);
        assertThat(cells).as(line).hasSameSizeAs(titles);
        for (int i = 0; i < cells.size(); i++) {
          byTitle.put(titles.get(i), cells.get(i));
        }
        ROWS.add(new Row(byTitle));
      }
    }
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.strip().substring(1, line.strip().length() - 1).split("\\|", -1)).map(String::strip).toList();
  }

  @Test
  void everyPlaceInTheCodeIsThere() throws IOException {
    int checked = 0;
    for (Row row : ROWS) {
      for (String name : row.names("code")) {
        Matcher place = Pattern.compile("([a-z]+(?:/[a-z]+)*/[A-Z]\\w*)(?:\\.(\\w+))?").matcher(name);
        assertThat(place.matches()).as("%s is a class below io/bitloupe, perhaps with a member", name).isTrue();
        Path file = CODE.resolve(place.group(1) + ".java");
        assertThat(file).exists();
        assertThat(Files.readString(file)).as(name).contains(place.group(2) == null ? "" : place.group(2));
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(50);
  }

  @Test
  void everyTestIsThere() throws IOException {
    int checked = 0;
    for (Row row : ROWS) {
      boolean wantsTest = row.cells().containsKey("test");
      assertThat(row.names("test").isEmpty()).as("the row %s names a test", row).isEqualTo(!wantsTest);
      for (String name : row.names("test")) {
        String[] parts = name.split("\\.");
        Path file = TEST_CLASSES.get(parts[0]);
        assertThat(file).as("the test class of %s", name).isNotNull();
        String text = Files.readString(Objects.requireNonNull(file));
        assertThat(text).as(name).contains(parts.length == 1 ? "@Test" : "void " + parts[1] + "(");
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  @Test
  void whatCanBeChosenHasARow() {
    Set<String> methods = new LinkedHashSet<>();
    Set<String> formats = new LinkedHashSet<>();
    Set<String> samples = new LinkedHashSet<>();
    for (Row row : ROWS) {
      if (row.cells().containsKey("test")) {
        methods.addAll(row.names("method"));
        row.names("name").forEach(name -> formats.add(name.split(":")[0]));
        samples.addAll(row.names("samples"));
      }
    }
    assertThat(methods).containsAll(Methods.all().stream().map(Method::id).toList());
    assertThat(formats).containsAll(FormatText.usual().stream().map(name -> name.split(":")[0]).toList());
    assertThat(samples).containsAll(Arrays.stream(DataFree.values()).map(DataFree::id).toList());
  }
}
