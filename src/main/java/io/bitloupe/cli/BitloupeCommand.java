package io.bitloupe.cli;

import io.bitloupe.report.Environment;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code bitloupe} without a command: opens the window. */
@CommandLine.Command(
    name = "bitloupe",
    description = "An explorer for neural-network quantization. Without a command it opens the window.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    versionProvider = BitloupeCommand.Version.class,
    footer = {"", "bitloupe COMMAND --help explains a command."})
final class BitloupeCommand extends Command {

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  BitloupeCommand(Context context) {
    super(context);
  }

  /** Whether the version was asked for, in which case the command is not called. */
  boolean isVersionRequested() {
    return version;
  }

  @Override
  public Integer call() {
    Optional<String> obstacle = context().window().obstacle();
    if (obstacle.isPresent()) {
      console().warn("%s; bitloupe report makes the same charts without one.".formatted(Sentences.withoutStop(obstacle.get())));
      return ExitStatus.BAD_INPUT;
    }
    return context().window().open(Optional.empty(), Optional.empty());
  }

  /** The version of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"bitloupe " + Environment.productVersion()};
    }
  }
}
