package io.bitloupe.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs commands in this process, as a script would from outside. */
final class Cli {

  static final Path SAMPLES = Path.of("sample-models");
  static final String LENET = SAMPLES.resolve("lenet-5.onnx").toString();
  static final String FASHION = SAMPLES.resolve("t10k-images-idx3-ubyte.gz").toString();

  private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Cli() {}

  /** What a command left behind. */
  record Result(int status, String out, String err) {

    /** Standard output as the one JSON document that it must be. */
    JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException notJson) {
        throw new UncheckedIOException("status %d, out %s, err %s".formatted(status, out, err), notJson);
      }
    }
  }

  /** A window that only remembers how it was opened. */
  static final class RecordedWindow implements Window {
    private final Optional<String> obstacle;
    final List<String> opened = new ArrayList<>();

    RecordedWindow(Optional<String> obstacle) {
      this.obstacle = obstacle;
    }

    @Override
    public Optional<String> obstacle() {
      return obstacle;
    }

    @Override
    public int open(Optional<Path> model, Optional<Path> data) {
      opened.add(model.map(Path::toString).orElse("-") + " " + data.map(Path::toString).orElse("-"));
      return 0;
    }
  }

  static Result run(Object... arguments) {
    return run(new RecordedWindow(Optional.of("There is no display here")), arguments);
  }

  static Result run(Window window, Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    int status;
    try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      status = new CommandLineProgram(new Console(o, e, false), window).run(words);
    }
    return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
