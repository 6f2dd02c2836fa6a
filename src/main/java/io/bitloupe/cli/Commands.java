package io.bitloupe.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The commands by name, in the order of the help. Reading the annotations of one costs milliseconds, so only those asked for are made. */
final class Commands {

  private final Map<String, Function<Context, Command>> makers = new LinkedHashMap<>();

  Commands() {
    makers.put("start", StartCommand::new);
    makers.put("inspect", InspectCommand::new);
    makers.put("calibrate", CalibrateCommand::new);
    makers.put("evaluate", EvaluateCommand::new);
    makers.put("cost", CostCommand::new);
    makers.put("export", ExportCommand::new);
    makers.put("sensitivity", SensitivityCommand::new);
    makers.put("search", SearchCommand::new);
    makers.put("convert", ConvertCommand::new);
    makers.put("lint", LintCommand::new);
    makers.put("verify", VerifyCommand::new);
    makers.put("time", TimeCommand::new);
    makers.put("report", ReportCommand::new);
    makers.put("compare", CompareCommand::new);
    makers.put("formats", FormatsCommand::new);
    makers.put("bench", BenchCommand::new);
    makers.put("self-test", SelfTestCommand::new);
  }

  /** The names of all commands. */
  Set<String> names() {
    return makers.keySet();
  }

  /** Those that {@code arguments} may need: the one that comes first, none without arguments, else all. */
  List<Command> neededBy(String[] arguments, Context context) {
    if (arguments.length == 0) {
      return List.of();
    }
    List<Function<Context, Command>> needed =
        Optional.ofNullable(makers.get(arguments[0])).map(List::of).orElseGet(() -> List.copyOf(makers.values()));
    return needed.stream().map(maker -> maker.apply(context)).toList();
  }
}
