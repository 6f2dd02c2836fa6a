package io.bitloupe.cli;

import io.bitloupe.config.Names;
import io.bitloupe.model.InvalidInputException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/**
 * The command line: hands arguments to a command, and turns whatever goes wrong into one sentence on standard error and an exit
 * status.
 */
public final class CommandLineProgram {

  private static final Logger LOG = Logger.getLogger(CommandLineProgram.class.getName());
  private static final int HELP_WIDTH = 110;

  private final Console console;
  private final Window window;

  /** A command line on {@code console}. */
  public CommandLineProgram(Console console, Window window) {
    this.console = console;
    this.window = window;
  }

  /** Runs the command that {@code arguments} name and returns the exit status. */
  public int run(String... arguments) {
    try {
      Commands all = new Commands();
      Set<String> known = all.names();
      if (arguments.length > 0 && !arguments[0].startsWith("-") && !known.contains(arguments[0])) {
        // Before parsing: beside --help, an unknown command would pass.
        return complain(
            "There is no command '%s'%s; see bitloupe --help.".formatted(arguments[0], Names.suggestion(arguments[0], known)),
            ExitStatus.BAD_INPUT);
      }
      return commandLine(all, arguments).execute(arguments);
    } catch (OutOfMemoryError full) {
      LOG.log(Level.SEVERE, "out of memory", full);
      return complain(
          "There is not enough memory; more can be had with BITLOUPE_JVM_OPTIONS=-Xmx8g, for instance.", ExitStatus.INTERNAL_ERROR);
    } catch (RuntimeException | Error failure) {
      return fail(failure);
    }
  }

  private CommandLine commandLine(Commands all, String[] arguments) {
    Context context = new Context(console, window);
    CommandLine commands = new CommandLine(new BitloupeCommand(context));
    all.neededBy(arguments, context).forEach(commands::addSubcommand);
    for (CommandLine command : commands.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true).sortOptions(false).requiredOptionMarker('*');
    }
    return commands
        .setOut(new PrintWriter(console.out(), true, console.out().charset()))
        .setErr(new PrintWriter(console.err(), true, console.err().charset()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_WIDTH)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(this::badUsage)
        .setExecutionExceptionHandler((failure, _, _) -> failed(failure));
  }

  private int badUsage(ParameterException failure, String[] arguments) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    String reason = Sentences.oneLine(failure);
    if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String argument = unmatched.getUnmatched().getFirst();
      Set<String> known = new TreeSet<>(argument.startsWith("-") ? command.optionsMap().keySet() : command.subcommands().keySet());
      String kind = argument.startsWith("-") ? "option" : known.isEmpty() ? "further argument" : "command";
      reason = "There is no %s '%s'%s".formatted(kind, argument, Names.suggestion(argument, known));
    }
    String sentence = "%s; see %s --help.".formatted(Sentences.withoutStop(reason), command.qualifiedName());
    return complain(Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1), ExitStatus.BAD_INPUT);
  }

  private int failed(Exception failure) {
    return switch (failure) {
      case InvalidInputException refused -> {
        LOG.log(Level.FINE, "refused", refused);
        yield complain(Sentences.withoutStop(Sentences.oneLine(refused)) + ".", ExitStatus.BAD_INPUT);
      }
      case CancellationException _ -> complain("Cancelled.", ExitStatus.INTERRUPTED);
      default -> fail(failure);
    };
  }

  private int fail(Throwable failure) {
    if (console.isInterrupted()) {
      return complain("Cancelled.", ExitStatus.INTERRUPTED);
    }
    LOG.log(Level.SEVERE, "internal error", failure);
    Arrays.stream(Logger.getLogger("").getHandlers()).forEach(Handler::flush);
    return complain("Something went wrong inside Bitloupe; %s says what.".formatted(LogFile.file()), ExitStatus.INTERNAL_ERROR);
  }

  private int complain(String sentence, int status) {
    console.warn(sentence);
    return status;
  }
}
