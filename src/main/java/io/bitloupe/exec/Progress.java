package io.bitloupe.exec;

/** How long work says how far it is, and learns that it is no longer wanted. Thread-safe. */
public interface Progress {

  /** Says that {@code done} of {@code total} units are done; cheap enough to call for every batch. */
  void report(long done, long total);

  /** Whether the work should stop as soon as it can; poll it for every batch at least. */
  boolean isCancelled();

  /**
   * Stops the work when it is no longer wanted.
   *
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  default void checkCancelled() {
    if (isCancelled()) {
      throw new java.util.concurrent.CancellationException("cancelled");
    }
  }

  /** This for a part of the work that is not worth showing: cancelled with the whole, it reports nothing. */
  default Progress silent() {
    Progress whole = this;
    return new Progress() {
      @Override
      public void report(long done, long total) {}

      @Override
      public boolean isCancelled() {
        return whole.isCancelled();
      }
    };
  }

  /** Nobody looks, nobody cancels. */
  Progress NONE =
      new Progress() {
        @Override
        public void report(long done, long total) {}

        @Override
        public boolean isCancelled() {
          return false;
        }
      };
}
