package io.bitloupe.data;

import java.util.Optional;
import java.util.function.Supplier;

/** A value that is computed when it is first asked for, once. Thread-safe. */
final class Lazy<T> {

  private final Supplier<T> source;
  private Optional<T> value = Optional.empty();

  Lazy(Supplier<T> source) {
    this.source = source;
  }

  synchronized T get() {
    T present = value.orElseGet(source);
    value = Optional.of(present);
    return present;
  }
}
