package io.bitloupe.kernel;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which kernels run and why, decided once for the machine.
 *
 * @param kernels the kernels
 * @param reason one phrase for the status bar and the log
 */
public record KernelChoice(Kernels kernels, String reason) {

  private static @Nullable KernelChoice best;

  /** System property that forces the kernels of a name. */
  public static final String PROPERTY = "bitloupe.kernel";

  /**
   * The choice for this machine: the kernels that the property names, else the fastest.
   *
   * @throws IllegalStateException when the kernels that it should be cannot run here; the message is one sentence
   */
  public static synchronized KernelChoice best() {
    // Not in a static initializer: that would hide the sentence behind an error of its own.
    KernelChoice chosen = best;
    if (chosen == null) {
      chosen = choose(providers(), Optional.ofNullable(System.getProperty(PROPERTY)));
      best = chosen;
      Logger.getLogger(KernelChoice.class.getName()).log(Level.CONFIG, "Integer kernels: {0}", chosen.reason());
    }
    return chosen;
  }

  /** The kernels of a name, if there are any that can run here. */
  public static Optional<Kernels> named(String name) {
    return providers().stream()
        .filter(provider -> provider.name().equals(name) && provider.obstacle().isEmpty())
        .map(KernelProvider::kernels)
        .findFirst();
  }

  /**
   * Chooses among {@code providers}. The fastest portable kernels must be able to run: a machine that is silently a hundred
   * times slower is worse than one that says what is missing. Kernels for certain processors are passed over elsewhere.
   *
   * @param forced name that the user asked for
   */
  static KernelChoice choose(List<KernelProvider> providers, Optional<String> forced) {
    KernelProvider provider =
        forced.isPresent()
            ? providers.stream()
                .filter(candidate -> candidate.name().equals(forced.get()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                    "There are no kernels named %s: %s can be one of %s."
                        .formatted(forced.get(), PROPERTY, names(providers))))
            : providers.stream()
                .sorted(Comparator.comparingInt(KernelProvider::priority).reversed())
                .filter(candidate -> candidate.isPortable() || candidate.obstacle().isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There are no integer kernels on the class path."));
    provider.obstacle().ifPresent(sentence -> {
      throw new IllegalStateException(sentence);
    });
    String why = forced.isPresent() ? "forced by the property " + PROPERTY : "fastest on this machine";
    return new KernelChoice(provider.kernels(), "%s (%s; %s)".formatted(provider.name(), provider.description(), why));
  }

  static List<KernelProvider> providers() {
    return ServiceLoader.load(KernelProvider.class, KernelProvider.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static String names(List<KernelProvider> providers) {
    return providers.stream().map(KernelProvider::name).sorted().collect(Collectors.joining(", "));
  }
}
