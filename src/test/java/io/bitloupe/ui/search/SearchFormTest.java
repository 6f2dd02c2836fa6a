package io.bitloupe.ui.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.LatencyTable;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.Algorithm;
import io.bitloupe.search.Limits;
import io.bitloupe.search.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFormTest {

  private final SearchForm form = new SearchForm();

  @TempDir Path folder;

  @Test
  void theSmallestWithinAPointIsAskedForUnlessSomethingElseIsTyped() {
    SearchWish wish = form.wish(List.of("conv"));
    assertThat(form.isForSmallest()).isTrue();
    assertThat(wish.request().mostLost()).hasValue(0.01);
    assertThat(wish.request().limits()).isEqualTo(Limits.NONE);
    assertThat(wish.request().choices().widths()).containsExactly(8, 6, 4, 3, 2);
    assertThat(wish.request().choices().activationWidths()).isEmpty();
    assertThat(wish.request().choices().pinned()).containsExactly("conv");
    assertThat(wish.hardware()).as("nothing is timed without need").isEmpty();
  }

  @Test
  void limitsAreTakenTogether() {
    form.lostProperty().set(" ");
    form.kilobytesProperty().set("96.5");
    form.megaBitOpsProperty().set("281.9664");
    form.microjoulesProperty().set("12");
    form.millisecondsProperty().set("0.25");
    form.widthsProperty().set("3, 8;4 8");
    form.tiedProperty().set("*conv*; fc?");
    form.activationsProperty().set(true);
    form.algorithmProperty().set(Algorithm.DDPG);
    SearchWish wish = form.wish(List.of());
    assertThat(form.isForSmallest()).isFalse();
    assertThat(wish.request().mostLost()).isEmpty();
    assertThat(wish.request().limits())
        .isEqualTo(
            new Limits(
                OptionalLong.of(96_500), OptionalDouble.of(0.25), OptionalLong.of(281_966_400), OptionalDouble.of(12),
                OptionalDouble.empty(), Optional.empty()));
    assertThat(wish.request().choices().widths()).containsExactly(8, 4, 3);
    assertThat(wish.request().choices().tied()).containsExactly("*conv*", "fc?");
    assertThat(wish.request().choices().activationWidths()).containsExactly(8, 6, 4);
    assertThat(wish.request().strategy()).isInstanceOf(Strategy.Learn.class);
    assertThat(wish.hardware()).hasValue(new Hardware.ThisMachine());
    LatencyTable table = new LatencyTable("timed", Map.of(), 0);
    assertThat(wish.resolved(() -> table).limits().hardware()).hasValue(table);
  }

  @Test
  void whatCannotBeMeantIsSaidInOneSentence() {
    form.kilobytesProperty().set("-3");
    assertThatThrownBy(() -> form.wish(List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("'Size up to' takes a number above 0, not '-3'.");
    form.kilobytesProperty().set("many");
    assertThatThrownBy(() -> form.wish(List.of())).hasMessageContaining("'many'");
    form.kilobytesProperty().set("");
    form.widthsProperty().set("8, 9");
    assertThatThrownBy(() -> form.wish(List.of())).isInstanceOf(InvalidInputException.class).hasMessageContaining("8, 9");
    assertThat(form.widthsOrStandard()).hasSize(5);
    form.widthsProperty().set("8");
    form.lostProperty().set("");
    assertThatThrownBy(() -> form.wish(List.of())).isInstanceOf(InvalidInputException.class).hasMessageContaining("needs a limit");
  }

  @Test
  void hardwareIsEditedAndReadFromFiles() {
    assertThat(form.profile()).as("this machine is timed, not described").isEmpty();
    form.offer(Hardware.shipped());
    form.hardwareProperty().set(form.offered().get(1));
    assertThat(form.wish(List.of()).hardware()).as("it has widths of its own").hasValue(form.offered().get(1));
    String json = form.profile().orElseThrow();
    int before = form.offered().size();
    form.edit(json.replace("\"name\" : \"t4\"", "\"name\" : \"mine\"").replace("3.2E11", "1E9"));
    assertThat(form.offered()).hasSize(before + 1);
    assertThat(form.hardwareProperty().get())
        .isInstanceOfSatisfying(
            Hardware.Known.class,
            known -> {
              assertThat(known.title()).isEqualTo("mine");
              assertThat(((HardwareProfile) known.model()).bytesPerSecond()).isEqualTo(1e9);
            });
    form.edit(form.profile().orElseThrow());
    assertThat(form.offered()).as("the same name takes its place").hasSize(before + 1);
    assertThatThrownBy(() -> form.edit("{}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("The profile is no hardware profile");
    Path csv = folder.resolve("npu.CSV");
    new LatencyTable("npu.CSV", Map.of(new LatencyTable.Key("conv", 4, 8), 0.5), 0).write(csv);
    form.choose(Hardware.read(csv));
    assertThat(form.hardwareProperty().get().title()).isEqualTo("npu.CSV");
    assertThat(form.profile()).as("a table is no profile").isEmpty();
    assertThatThrownBy(() -> Hardware.read(folder.resolve("missing.json"))).isInstanceOf(InvalidInputException.class);
  }
}
