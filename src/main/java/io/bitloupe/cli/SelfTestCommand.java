package io.bitloupe.cli;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** {@code self-test}: whether this installation computes what it should, on this machine. */
@CommandLine.Command(
    name = "self-test",
    description = "Check the kernels against their oracle, the arithmetic against worked numbers, and a small export in ONNX Runtime.")
final class SelfTestCommand extends Command {

  private static final Logger LOG = Logger.getLogger(SelfTestCommand.class.getName());

  SelfTestCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    return run(SelfTest.checks());
  }

  /** Runs {@code checks} and says how each went. */
  int run(List<SelfTest.Check> checks) {
    int failed = 0;
    for (SelfTest.Check check : checks) {
      String verdict;
      try {
        verdict = "ok      " + check.name() + ": " + check.body().run();
      } catch (Exception | LinkageError | AssertionError failure) {
        LOG.log(Level.SEVERE, "self-test: " + check.name(), failure);
        verdict = "FAILED  " + check.name() + ": " + Sentences.oneLine(failure);
        failed++;
      }
      console().println("%s", verdict);
    }
    if (failed > 0) {
      console().warn("%d of %d checks failed; %s says more.".formatted(failed, checks.size(), LogFile.file()));
    }
    return failed > 0 ? ExitStatus.CHECK_FAILED : ExitStatus.DONE;
  }
}
