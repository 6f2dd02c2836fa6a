package io.bitloupe.engine;

/** What is told of a failure of the engine. */
final class EngineFailure {

  private EngineFailure() {}

  /** {@code thrown} as an exception whose message says what an {@link Error} means. */
  static RuntimeException of(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException exception -> exception;
      case OutOfMemoryError full -> new IllegalStateException("there is not enough memory for this configuration", full);
      default -> new IllegalStateException("the engine failed: " + thrown, thrown);
    };
  }
}
