package io.bitloupe.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all commands share. The result of {@link #call} is the exit status. */
abstract class Command implements Callable<Integer> {

  /** What each command works with. */
  private final Context context;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  Command(Context context) {
    this.context = context;
  }

  /** The console of this run. */
  final Console console() {
    return context.console();
  }

  /** What the command works with. */
  final Context context() {
    return context;
  }

  /** Whether help was asked for, in which case the command is not called. */
  final boolean isHelpRequested() {
    return help;
  }
}
