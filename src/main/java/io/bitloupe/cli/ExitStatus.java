package io.bitloupe.cli;

/** What the exit status says to scripts. */
final class ExitStatus {

  static final int DONE = 0;
  static final int CHECK_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int INTERNAL_ERROR = 3;
  /** What shells report of a program that the user stopped with Ctrl-C. */
  static final int INTERRUPTED = 130;

  private ExitStatus() {}
}
