package io.bitloupe.search;

import io.bitloupe.config.BitWidths;
import io.bitloupe.config.Choices;
import io.bitloupe.config.ConfigResolver;
import io.bitloupe.config.Glob;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.engine.sensitivity.Cell;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Layer;
import io.bitloupe.model.Model;
import io.bitloupe.search.solve.Components;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a search can choose: dials, and groups of dials that must be looked at together because what a layer costs depends on
 * the widths of both of its factors. A choice is said in two ways: as settings, an index into the widths of each dial, or as picks,
 * an index into the combinations of each group.
 */
final class ChoiceSpace {

  /** Most combinations of a group: more would make an exact solution slow. */
  private static final int MOST_COMBINATIONS = 4_000;

  private final Model model;
  private final ConfigResolver resolver;
  private final QuantConfig base;
  private final WidthChoices choices;
  private final Map<Cell.Target, List<String>> tensors = new EnumMap<>(Cell.Target.class);
  private final Map<String, Integer> dialOf = new HashMap<>();
  private final List<Dial> dials = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  /**
   * Dials that are chosen for together.
   *
   * @param dials indexes of dials
   * @param layers whose costs depend on them
   * @param combinations settings of these dials, the widest first
   */
  record Group(List<Integer> dials, List<Layer> layers, List<List<Integer>> combinations) {
    /** Copies the lists. */
    Group {
      dials = List.copyOf(dials);
      layers = List.copyOf(layers);
      combinations = List.copyOf(combinations);
    }
  }

  /**
   * What can be chosen in a model; what {@code base} keeps in float, and what is pinned, stays as it is.
   *
   * @throws InvalidInputException when a pattern fits no layer, nothing is left to choose for, or ties make a group too large
   */
  ChoiceSpace(Model model, ConfigResolver resolver, QuantConfig base, WidthChoices choices) {
    this.model = model;
    this.resolver = resolver;
    this.base = base;
    this.choices = choices;
    List<String> weights = weights();
    if (weights.isEmpty()) {
      throw new InvalidInputException("%s has no weights whose width could be chosen.".formatted(model.fileName()));
    }
    tensors.put(Cell.Target.WEIGHT, weights);
    tensors.put(Cell.Target.ACTIVATION, activations());
    addDials(Cell.Target.WEIGHT, choices.widths());
    addDials(Cell.Target.ACTIVATION, choices.activationWidths());
    List<Set<Integer>> links = model.layers().stream().map(this::dialsOf).filter(link -> !link.isEmpty()).toList();
    Components.of(dials.size(), links).forEach(this::addGroup);
  }

  private List<String> weights() {
    Set<String> pinned = named(choices.pinned()).flatMap(layer -> layer.weight().stream()).collect(Collectors.toSet());
    return model.layers().stream()
        .flatMap(layer -> layer.weight().stream())
        .filter(weight -> !pinned.contains(weight) && base.weightChoice(weight) instanceof TensorChoice.Quantized)
        .distinct()
        .toList();
  }

  /** Activations that layers read, in the order of the model. */
  private List<String> activations() {
    if (choices.activationWidths().isEmpty()) {
      return List.of();
    }
    Set<String> read = model.layers().stream().flatMap(this::read).collect(Collectors.toCollection(LinkedHashSet::new));
    named(choices.pinned()).flatMap(this::read).forEach(read::remove);
    return read.stream()
        .filter(activation -> resolver.activations().contains(activation))
        .filter(activation -> base.activationChoice(activation) instanceof TensorChoice.Quantized)
        .toList();
  }

  /** The activations that {@code layer} reads: two where it has no weights. */
  private Stream<String> read(Layer layer) {
    Stream<String> inputs =
        layer.weight().isPresent() ? Stream.of(layer.input()) : Stream.of(layer.input(), layer.node().inputs().get(1));
    return inputs.map(resolver.structure()::root);
  }

  private Stream<Layer> named(List<String> patterns) {
    return patterns.stream().flatMap(pattern -> named(pattern).stream());
  }

  private List<Layer> named(String pattern) {
    Glob glob = new Glob(pattern);
    List<Layer> found = model.layers().stream().filter(layer -> glob.matches(layer.name())).toList();
    if (found.isEmpty()) {
      throw new InvalidInputException("No layer of %s is called '%s'.".formatted(model.fileName(), pattern));
    }
    return found;
  }

  private void addDials(Cell.Target target, List<Integer> widths) {
    List<String> chosen = tensors(target);
    List<Set<Integer>> ties = new ArrayList<>();
    for (String pattern : choices.tied()) {
      Set<Integer> tie = new HashSet<>();
      named(pattern).stream()
          .flatMap(layer -> target == Cell.Target.WEIGHT ? layer.weight().stream() : read(layer))
          .map(chosen::indexOf)
          .filter(index -> index >= 0)
          .forEach(tie::add);
      ties.add(tie);
    }
    for (List<Integer> tied : Components.of(chosen.size(), ties)) {
      Dial dial = new Dial(target, tied.stream().map(chosen::get).toList(), widths);
      dial.tensors().forEach(tensor -> dialOf.put(tensor, dials.size()));
      dials.add(dial);
    }
  }

  private Set<Integer> dialsOf(Layer layer) {
    return Stream.concat(layer.weight().stream(), read(layer))
        .filter(dialOf::containsKey)
        .map(dialOf::get)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void addGroup(List<Integer> members) {
    List<List<Integer>> combinations = List.of(List.of());
    for (int dial : members) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> start : combinations) {
        for (int setting = 0; setting < dials.get(dial).widths().size(); setting++) {
          List<Integer> combination = new ArrayList<>(start);
          combination.add(setting);
          longer.add(combination);
        }
      }
      if (longer.size() > MOST_COMBINATIONS) {
        throw new InvalidInputException(
            "Too many widths of %s depend on each other, %s among them; tie fewer layers or give fewer widths."
                .formatted(model.fileName(), dials.get(dial).tensors().getFirst()));
      }
      combinations = longer;
    }
    Set<Integer> set = Set.copyOf(members);
    List<Layer> layers = model.layers().stream().filter(layer -> dialsOf(layer).stream().anyMatch(set::contains)).toList();
    groups.add(new Group(members, layers, combinations));
  }

  List<Dial> dials() {
    return dials;
  }

  List<Group> groups() {
    return groups;
  }

  /** Tensors of {@code target} that are chosen for, in the order of the model. */
  List<String> tensors(Cell.Target target) {
    return tensors.getOrDefault(target, List.of());
  }

  /** What people call {@code tensor}: for weights their layer. */
  String name(String tensor) {
    return model.layers().stream()
        .filter(layer -> layer.weight().filter(tensor::equals).isPresent())
        .findFirst()
        .map(Layer::name)
        .orElse(tensor);
  }

  /** The width of {@code tensor} under a combination of {@code group}; empty where it is not chosen for there. */
  Optional<Integer> width(String tensor, Group group, List<Integer> combination) {
    int member = Optional.ofNullable(dialOf.get(tensor)).map(group.dials()::indexOf).orElse(-1);
    return member < 0 ? Optional.empty() : Optional.of(dials.get(group.dials().get(member)).widths().get(combination.get(member)));
  }

  /** The settings that {@code picks} stand for. */
  List<Integer> settings(List<Integer> picks) {
    Integer[] settings = new Integer[dials.size()];
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      List<Integer> combination = group.combinations().get(picks.get(i));
      for (int member = 0; member < combination.size(); member++) {
        settings[group.dials().get(member)] = combination.get(member);
      }
    }
    return List.of(settings);
  }

  /** The picks that {@code settings} stand for. */
  List<Integer> picks(List<Integer> settings) {
    return groups.stream()
        .map(group -> group.combinations().indexOf(group.dials().stream().map(settings::get).toList()))
        .toList();
  }

  /** The widths of all tensors under {@code settings}: those of weights, then those of activations. */
  List<Integer> bits(List<Integer> settings) {
    return Stream.of(Cell.Target.values())
        .flatMap(target -> tensors(target).stream())
        .map(dialOf::get)
        .map(dial -> dials.get(dial).widths().get(settings.get(dial)))
        .toList();
  }

  /** The settings that lead to {@link #bits}. */
  List<Integer> settingsOf(List<Integer> bits) {
    List<String> all = Stream.of(Cell.Target.values()).flatMap(target -> tensors(target).stream()).toList();
    return dials.stream().map(dial -> dial.widths().indexOf(bits.get(all.indexOf(dial.tensors().getFirst())))).toList();
  }

  /** The configuration that {@code settings} stand for. */
  QuantConfig config(List<Integer> settings) {
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    for (int dial = 0; dial < dials.size(); dial++) {
      changed.putAll(choices(dial, settings.get(dial)));
    }
    return base.with(changed);
  }

  /** The base configuration with one dial at one of its widths. */
  QuantConfig alone(int dial, int setting) {
    return base.with(choices(dial, setting));
  }

  private Map<String, TensorChoice> choices(int dial, int setting) {
    Dial turned = dials.get(dial);
    BitWidths.Width width = new BitWidths.Width(turned.widths().get(setting));
    Map<String, TensorChoice> changed = new LinkedHashMap<>();
    for (String tensor : turned.tensors()) {
      TensorChoice now = turned.target() == Cell.Target.WEIGHT ? base.weightChoice(tensor) : base.activationChoice(tensor);
      changed.put(tensor, Choices.withWidth(now, width, now));
    }
    return changed;
  }
}
