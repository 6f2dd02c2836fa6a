package io.bitloupe.ui.tradeoff;

/** Which steps of the history are points on the charts. */
public enum PointScope {
  /** All of them. */
  ALL("all"),
  /** Those that the current step was made from, and those made from it. */
  BRANCH("branch");

  private final String key;

  PointScope(String key) {
    this.key = key;
  }

  /** Message key of its name. */
  public String key() {
    return key;
  }
}
