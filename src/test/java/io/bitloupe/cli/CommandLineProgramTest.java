package io.bitloupe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineProgramTest {

  @Test
  void withoutArgumentsTheWindowOpens() {
    Cli.RecordedWindow window = new Cli.RecordedWindow(Optional.empty());
    assertThat(Cli.run(window).status()).isEqualTo(ExitStatus.DONE);
    assertThat(window.opened).containsExactly("- -");
  }

  @Test
  void withoutADisplayItPointsToTheReport() {
    Cli.Result result = Cli.run();
    assertThat(result.status()).isEqualTo(ExitStatus.BAD_INPUT);
    assertThat(result.err()).contains("There is no display here", "bitloupe report").hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void startOpensTheWindowOnTheSample() {
    Cli.RecordedWindow window = new Cli.RecordedWindow(Optional.empty());
    assertThat(Cli.run(window, "start").status()).isEqualTo(ExitStatus.DONE);
    Path data = Cli.SAMPLES.toAbsolutePath().resolve("t10k-images-idx3-ubyte.gz");
    assertThat(window.opened).containsExactly(Cli.SAMPLES.resolve(SampleModels.DEFAULT) + " " + data);
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "inspect", "calibrate", "evaluate", "export", "convert", "verify", "report", "self-test"})
  void everyCommandExplainsItself(String command) {
    Cli.Result result = Cli.run(command, "--help");
    assertThat(result.status()).isEqualTo(ExitStatus.DONE);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("Usage: bitloupe " + command);
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 112);
    assertThat(Cli.run("--help").out()).contains(command);
  }

  @Test
  void saysItsVersion() {
    assertThat(Cli.run("--version").out()).startsWith("bitloupe ");
  }

  @Test
  void theSelfTestPasses() {
    Cli.Result result = Cli.run("self-test");
    assertThat(result.status()).as(result.out()).isEqualTo(ExitStatus.DONE);
    assertThat(result.out().lines()).hasSize(SelfTest.checks().size()).allMatch(line -> line.startsWith("ok "));
  }

  @Test
  void aFailedCheckIsExitStatusOne() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false);
    SelfTestCommand command = new SelfTestCommand(new Context(console, new Cli.RecordedWindow(Optional.empty())));
    List<SelfTest.Check> checks =
        List.of(
            new SelfTest.Check("good", () -> "fine"),
            new SelfTest.Check(
                "bad",
                () -> {
                  SelfTest.equal("two and two", 4, 5);
                  return "never";
                }));
    Logger logger = Logger.getLogger(SelfTestCommand.class.getName());
    logger.setLevel(Level.OFF);
    try {
      assertThat(command.run(checks)).isEqualTo(ExitStatus.CHECK_FAILED);
    } finally {
      logger.setLevel(null);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("ok      good: fine", "FAILED  bad: two and two is 5, not 4");
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("1 of 2 checks failed");
  }
}
