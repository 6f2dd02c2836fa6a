package io.bitloupe.exec;

import java.util.Optional;

/**
 * Keeps what steps computed for one batch of samples, by what it was computed from: equal keys mean equal codes, so nothing ever
 * has to be invalidated. Thread-safe.
 */
public interface StepStore {

  /** Codes that were kept and stay until the pin is closed. */
  interface Pin extends AutoCloseable {

    /** Copies the codes to the start of {@code codes}. */
    void copyTo(byte[] codes);

    @Override
    void close();
  }

  /** What is kept under {@code key}, held until it is closed. */
  Optional<Pin> pin(String key);

  /** Keeps a copy of the first {@code length} codes where there is room. */
  void save(String key, byte[] codes, int length);

  /** Whether to save what is sooner computed again than saved as well, because it will be read many times. */
  default boolean keepsAll() {
    return false;
  }

  /** Keeps nothing. */
  StepStore NONE =
      new StepStore() {
        @Override
        public Optional<Pin> pin(String key) {
          return Optional.empty();
        }

        @Override
        public void save(String key, byte[] codes, int length) {}
      };
}
