package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.kernel.KernelChoice;
import io.bitloupe.ui.channels.ChannelRangesChart;
import io.bitloupe.ui.layers.LayerColumn;
import io.bitloupe.ui.layers.LayerRow;
import io.bitloupe.ui.workspace.Comparands;
import io.bitloupe.ui.workspace.Selection;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import javafx.event.Event;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testfx.api.FxRobot;

/** What can be done from the menus and the palette, and what the cards above the window say. */
@ResourceLock(TestWindow.TOOLKIT)
class CommandsFlowTest {
  private static TestWindow window;

  private final FxRobot robot = new FxRobot();

  @BeforeAll
  static void open() {
    window = TestWindow.open(new FakeEngine(true));
    TestWindow.onFx(() -> window.workspace.open(Optional.of(Path.of("small.onnx")), Optional.of(Path.of("images"))));
    window.awaitMeasured();
  }

  @AfterAll
  static void close() {
    window.close();
  }

  @BeforeEach
  void goToTheFirstStep() {
    TestWindow.onFx(() -> window.workspace.jumpTo(1));
    TestWindow.onFx(() -> window.workspace.compare(Comparands.NONE));
    TestWindow.onFx(() -> window.workspace.layers().select(new Selection(List.of(0, 1, 2), 0)));
    window.showTab("distribution");
  }

  private void openPalette() {
    TestWindow.onFx(() -> ((Button) window.shell.root().lookup("#palette-button")).fire());
    window.await("the palette", () -> window.shell.root().lookup("#palette-list") != null);
  }

  /** Runs a command as the palette finds it by {@code words}. */
  private void command(String words) {
    openPalette();
    TestWindow.onFx(() -> ((TextField) window.shell.root().lookup("#palette-field")).setText(words));
    robot.type(KeyCode.ENTER);
    window.await("no palette", () -> window.shell.root().lookup("#palette-field") == null);
  }

  private static Stream<MenuItem> leaves(MenuItem item) {
    return item instanceof Menu menu ? menu.getItems().stream().flatMap(CommandsFlowTest::leaves) : Stream.of(item);
  }

  @Test
  void thePaletteHasEveryCommandOfTheMenusThatIsPossibleNow() {
    Set<String> elsewhere = Set.of("command.palette");
    List<String> wanted =
        TestWindow.onFx(
            () ->
                ((MenuBar) window.shell.root().lookup(".menu-bar"))
                    .getMenus().stream()
                        .flatMap(CommandsFlowTest::leaves)
                        .filter(item -> item.getId() != null && !item.isDisable() && !elsewhere.contains(item.getId()))
                        // A sample is listed with the words around its name.
                        .map(item -> item.getId().replace("menu-", "sample-"))
                        .toList());
    assertThat(wanted).hasSizeGreaterThan(80).doesNotHaveDuplicates();
    openPalette();
    ListView<?> list = (ListView<?>) window.shell.root().lookup("#palette-list");
    List<String> listed = TestWindow.onFx(() -> list.getItems().stream().map(Object::toString).toList());
    robot.type(KeyCode.ESCAPE);
    for (String id : wanted) {
      assertThat(listed).as(id).anyMatch(command -> command.startsWith("Command[id=" + id + ", "));
    }
  }

  @Test
  void everyEditOfTheSelectionIsACommand() {
    command("weights selected 4 bits");
    window.await("4 bits", () -> window.workspace.config().weightChoice("b00.dw.weight").bits() == 4);
    assertThat(description()).isEqualTo("3 layers to W4");
    command("outputs selected 6 bits");
    window.await("6 bits", () -> description().equals("3 layers to A6"));
    command("scales selected tensor");
    window.await("per tensor", () -> description().endsWith("per tensor") || description().endsWith("to tensor"));
    command("leave in float");
    window.await("float", () -> window.workspace.config().weightChoice("b00.dw.weight").bits() == Float.SIZE);
    command("reset selected");
    window.await("the defaults", () -> window.workspace.config().tensors().isEmpty());
    command("compare step before");
    window.await("the comparison", () -> window.workspace.comparandsProperty().get().b() == window.current());
    assertThat(window.shell.tabs().getSelectionModel().getSelectedItem().getId()).isEqualTo("tab-compare");
  }

  @Test
  void theDistributionIsSwitchedByCommands() {
    command("distribution output");
    ToggleButton output = (ToggleButton) window.shell.root().lookup("#side-output");
    window.await("the output", output::isSelected);
    command("linear logarithmic");
    window.await("linear counts", () -> ((ToggleButton) window.shell.root().lookup("#scale-linear")).isSelected());
    command("before and after");
    window.await("before and after", () -> ((ToggleButton) window.shell.root().lookup("#afterwards")).isSelected());
    command("before and after");
    command("linear logarithmic");
    command("distribution weights");
    window.await("the weights", () -> !output.isSelected());
  }

  @Test
  void whatRunsHereIsSaidAndCanBeCopied() {
    command("about");
    window.await("the card", () -> window.shell.root().lookup("#about-card") != null);
    Node card = window.shell.root().lookup("#about-card");
    List<String> said = TestWindow.onFx(() -> card.lookupAll(".label").stream().map(node -> ((Label) node).getText()).toList());
    assertThat(said)
        .contains("Integer kernel", KernelChoice.best().reason(), "ONNX Runtime", "JavaFX", System.getProperty("javafx.version"));
    robot.type(KeyCode.ESCAPE);
    window.await("no card", () -> window.shell.root().lookup("#about-card") == null);
  }

  @Test
  @SuppressWarnings("unchecked")
  void theTableIsFilteredByOperatorAlsoWhereItIsNarrow() {
    TableView<LayerRow> table = (TableView<LayerRow>) window.shell.root().lookup("#layer-table");
    MenuButton filter = (MenuButton) window.shell.root().lookup("#layer-operators");
    TestWindow.onFx(
        () -> {
          CheckMenuItem kind = (CheckMenuItem) filterItem(filter, "DepthwiseConv");
          kind.setSelected(true);
          kind.fire();
        });
    window.await("depthwise convolutions", () -> table.getItems().size() == 4);
    assertThat(filter.getAccessibleText()).isEqualTo("Filter: DepthwiseConv");
    assertThat(filter.isVisible()).isTrue();
    TestWindow.onFx(() -> filter.getItems().getFirst().fire());
    window.await("all layers", () -> table.getItems().size() == 14);
    assertThat(((CheckMenuItem) filterItem(filter, "DepthwiseConv")).isSelected()).isFalse();
  }

  private static String description() {
    return window.workspace.historyProperty().get().currentStep().orElseThrow().description();
  }

  @Test
  @SuppressWarnings("unchecked")
  void theTableIsSortedByCommands() {
    TableView<LayerRow> table = (TableView<LayerRow>) window.shell.root().lookup("#layer-table");
    command("sort operator");
    window.await("operators in order", () -> isSorted(table, Comparator.naturalOrder()));
    assertThat(TestWindow.onFx(() -> isSorted(table, Comparator.reverseOrder()))).isFalse();
    command("sort operator");
    window.await("the other way round", () -> isSorted(table, Comparator.reverseOrder()));
    command("sort #");
    window.await("in order", () -> table.getItems().getFirst().layer().index() == 0);
    assertThat(table.getSortOrder()).hasSize(1);
  }

  private static boolean isSorted(TableView<LayerRow> table, Comparator<String> order) {
    List<String> operators = table.getItems().stream().map(LayerColumn.OPERATOR::text).toList();
    return operators.equals(operators.stream().sorted(order).toList());
  }

  private static MenuItem filterItem(MenuButton filter, String title) {
    return filter.getItems().stream().filter(item -> title.equals(item.getText())).findFirst().orElseThrow();
  }

  @Test
  void aStepOfTheHistoryHasAMenuForTheKeyboardToo() {
    command("weights selected 5 bits");
    window.await("a second step", () -> window.current() > 1);
    int second = window.current();
    Node list = window.shell.root().lookup("#history-list");
    TestWindow.onFx(
        () -> {
          ListView<?> steps = (ListView<?>) list;
          steps.getSelectionModel().select(0);
          steps.getContextMenu().getItems().get(1).fire();
        });
    window.await("compared with the first", () -> window.workspace.comparandsProperty().get().equals(new Comparands(1, second)));
    TestWindow.onFx(() -> ((ListView<?>) list).getContextMenu().getItems().getFirst().fire());
    window.await("the first step", () -> window.current() == 1);
  }

  @Test
  void aChannelIsOneClickFromItsWeights() {
    window.showTab("channels");
    ChannelRangesChart chart = robot.lookup("#channel-ranges").queryAs(ChannelRangesChart.class);
    window.await("channels", () -> !window.isBusy() && chart.getWidth() > 100);
    Point2D place = TestWindow.onFx(() -> chart.localToScreen(chart.channelX(3), chart.getHeight() / 2));
    robot.clickOn(place);
    window.await("its weights", () -> window.shell.tabs().getSelectionModel().getSelectedItem().getId().equals("tab-distribution"));
    ComboBox<?> channel = robot.lookup("#tensor-channel").queryComboBox();
    window.await("channel 3", () -> OptionalInt.of(3).equals(channel.getValue()));
    window.showTab("channels");
    TestWindow.onFx(chart::requestFocus);
    robot.type(KeyCode.HOME).type(KeyCode.RIGHT).type(KeyCode.ENTER);
    window.await("another one", () -> !OptionalInt.of(3).equals(channel.getValue()));
    assertThat(chart.getAccessibleText()).startsWith("Channel ");
  }

  @Test
  void chartsAreSavedFromAVisibleMenu() {
    MenuButton save = (MenuButton) window.shell.root().lookup("#tradeoff-save");
    List<String> offered =
        TestWindow.onFx(
            () -> {
              save.getOnShowing().handle(new Event(Event.ANY));
              return save.getItems().stream().map(MenuItem::getText).toList();
            });
    assertThat(offered)
        .startsWith("Accuracy against size as PNG…", "Accuracy against size as SVG…")
        .hasSize(4);
  }
}
