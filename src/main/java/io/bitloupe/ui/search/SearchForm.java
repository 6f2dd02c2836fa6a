package io.bitloupe.ui.search;

import io.bitloupe.config.Choices;
import io.bitloupe.cost.HardwareProfile;
import io.bitloupe.cost.HardwareProfiles;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.search.Algorithm;
import io.bitloupe.search.Limits;
import io.bitloupe.search.SearchRequest;
import io.bitloupe.search.WidthChoices;
import io.bitloupe.ui.i18n.Messages;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** What is asked of a search, as it is typed. A limit whose text is empty is none. */
public final class SearchForm {

  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;
  private static final double POINTS = 100;
  private static final String SEPARATOR = "[,;\\s]+";
  private static final List<Integer> STANDARD_WIDTHS = List.of(8, 6, 4, 3, 2);
  private static final List<Integer> ACTIVATION_WIDTHS = List.of(8, 6, 4);

  private final StringProperty lost = new SimpleStringProperty("1");
  private final StringProperty kilobytes = new SimpleStringProperty("");
  private final StringProperty megaBitOps = new SimpleStringProperty("");
  private final StringProperty microjoules = new SimpleStringProperty("");
  private final StringProperty milliseconds = new SimpleStringProperty("");
  private final StringProperty widths = new SimpleStringProperty("8, 6, 4, 3, 2");
  private final StringProperty tied = new SimpleStringProperty("");
  private final BooleanProperty activations = new SimpleBooleanProperty(false);
  private final ObjectProperty<Algorithm> algorithm = new SimpleObjectProperty<>(Algorithm.EXACT);
  private final ObservableList<Hardware> offered = FXCollections.observableArrayList(new Hardware.ThisMachine());
  private final ObjectProperty<Hardware> hardware = new SimpleObjectProperty<>(offered.getFirst());

  /** Points of accuracy that may be lost. */
  public StringProperty lostProperty() {
    return lost;
  }

  /** The largest size of the weights in kB. */
  public StringProperty kilobytesProperty() {
    return kilobytes;
  }

  /** The most bit operations, in millions. */
  public StringProperty megaBitOpsProperty() {
    return megaBitOps;
  }

  /** The most energy in microjoules. */
  public StringProperty microjoulesProperty() {
    return microjoules;
  }

  /** The longest latency in milliseconds. */
  public StringProperty millisecondsProperty() {
    return milliseconds;
  }

  /** Widths of weights to try, for sensitivities as well. */
  public StringProperty widthsProperty() {
    return widths;
  }

  /** Patterns of names whose layers take the same widths. */
  public StringProperty tiedProperty() {
    return tied;
  }

  /** Whether widths of activations are chosen as well. */
  public BooleanProperty activationsProperty() {
    return activations;
  }

  /** How it searches. */
  public ObjectProperty<Algorithm> algorithmProperty() {
    return algorithm;
  }

  /** What latency can be asked for. */
  public ObservableList<Hardware> offered() {
    return offered;
  }

  /** What latency is asked for. Hardware other than this machine also restricts widths to those that it has. */
  public ObjectProperty<Hardware> hardwareProperty() {
    return hardware;
  }

  /** Offers {@code more}, what is not offered yet. */
  void offer(List<Hardware> more) {
    more.stream().filter(it -> !offered.contains(it)).forEach(offered::add);
  }

  /**
   * Offers the profile that {@code json} is, and chooses it; it takes the place of one of the same name.
   *
   * @throws InvalidInputException with one sentence, when it is none
   */
  public void edit(String json) {
    choose(new Hardware.Known(HardwareProfiles.decode(json, Messages.get("search.profile"))));
  }

  /** Offers {@code chosen} in the place of one of the same name, and chooses it. */
  void choose(Hardware chosen) {
    offered.removeIf(it -> it.title().equals(chosen.title()));
    offered.add(chosen);
    hardware.set(chosen);
  }

  /** The profile that is chosen as a document to edit; empty where hardware is none that can be edited. */
  public Optional<String> profile() {
    return hardware.get() instanceof Hardware.Known(HardwareProfile profile)
        ? Optional.of(HardwareProfiles.encode(profile))
        : Optional.empty();
  }

  /** What decides how a search is named. */
  List<StringProperty> changes() {
    return List.of(lost, kilobytes, megaBitOps, microjoules, milliseconds);
  }

  /** Whether all that is asked for is the smallest configuration. */
  boolean isForSmallest() {
    return !lost.get().isBlank() && Stream.of(kilobytes, megaBitOps, microjoules, milliseconds).allMatch(it -> it.get().isBlank());
  }

  /**
   * The widths that are typed, the widest first.
   *
   * @throws InvalidInputException with one sentence, when they are none
   */
  public List<Integer> widths() {
    List<Integer> typed;
    try {
      typed = Stream.of(widths.get().strip().split(SEPARATOR)).map(Integer::valueOf).toList();
    } catch (NumberFormatException notANumber) {
      throw new InvalidInputException(Messages.get("search.form.widths", widths.get()), notANumber);
    }
    if (!typed.stream().allMatch(Choices::isWeightBits)) {
      throw new InvalidInputException(Messages.get("search.form.widths", widths.get()));
    }
    return typed.stream().distinct().sorted(Comparator.reverseOrder()).toList();
  }

  /** The widths that are typed, or the usual ones while there are none. */
  List<Integer> widthsOrStandard() {
    try {
      return widths();
    } catch (InvalidInputException unfinished) {
      return STANDARD_WIDTHS;
    }
  }

  /**
   * What is asked for.
   *
   * @param pinned names of layers that keep what they have
   * @throws InvalidInputException with one sentence, when something typed is no number, or nothing is limited
   */
  public SearchWish wish(List<String> pinned) {
    OptionalDouble loss = number("search.form.lost", lost);
    OptionalDouble size = number("search.form.size", kilobytes);
    OptionalDouble bitOps = number("search.form.bitOps", megaBitOps);
    Limits limits =
        new Limits(
            size.isPresent() ? OptionalLong.of((long) (size.getAsDouble() * KILO)) : OptionalLong.empty(),
            number("search.form.latency", milliseconds),
            bitOps.isPresent() ? OptionalLong.of((long) (bitOps.getAsDouble() * MEGA)) : OptionalLong.empty(),
            number("search.form.energy", microjoules),
            OptionalDouble.empty(),
            Optional.empty());
    if (loss.isEmpty() && limits.equals(Limits.NONE)) {
      throw new InvalidInputException(Messages.get("search.form.nothing"));
    }
    List<String> ties = Stream.of(tied.get().split("[,;]")).map(String::strip).filter(pattern -> !pattern.isEmpty()).toList();
    WidthChoices choices = new WidthChoices(widths(), activations.get() ? ACTIVATION_WIDTHS : List.of(), pinned, ties);
    OptionalDouble share = loss.isPresent() ? OptionalDouble.of(loss.getAsDouble() / POINTS) : loss;
    boolean timed = limits.milliseconds().isPresent() || hardware.get() instanceof Hardware.Known;
    return new SearchWish(
        new SearchRequest(choices, limits, share, algorithm.get().strategy()),
        timed ? Optional.of(hardware.get()) : Optional.empty());
  }

  private static OptionalDouble number(String name, StringProperty typed) {
    String text = typed.get().strip();
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(text);
      if (number > 0 && number < Long.MAX_VALUE / MEGA) {
        return OptionalDouble.of(number);
      }
    } catch (NumberFormatException notANumber) {
      throw new InvalidInputException(Messages.get("search.form.number", Messages.get(name), text), notANumber);
    }
    throw new InvalidInputException(Messages.get("search.form.number", Messages.get(name), text));
  }
}
