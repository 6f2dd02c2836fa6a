package io.bitloupe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bitloupe.model.InvalidInputException;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Standard output and standard error of one command: results go to the former, progress and complaints to the latter.
 */
public final class Console {

  /** Made with the first document: a window does without. */
  private static final class Json {
    // Beyond ASCII everything is escaped: a document is the same in every character encoding.
    static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  }

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final AtomicBoolean interrupted = new AtomicBoolean();

  /**
   * A console.
   *
   * @param terminal whether a person watches standard error, so that progress can be a bar that moves
   */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** Standard output. */
  PrintStream out() {
    return out;
  }

  /** Standard error. */
  PrintStream err() {
    return err;
  }

  /** Whether a person watches standard error. */
  boolean isTerminal() {
    return terminal;
  }

  /** Prints {@code document} and nothing else to standard output. */
  void print(JsonNode document) {
    try {
      out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
    flush();
  }

  /** Prints {@code text} to standard output. */
  void print(String text) {
    out.print(text);
    flush();
  }

  /** Prints a line to standard output. */
  void println(String format, Object... arguments) {
    out.println(arguments.length == 0 ? format : format.formatted(arguments));
    flush();
  }

  private void flush() {
    if (out.checkError()) {
      throw new InvalidInputException("Standard output cannot be written to, so the result is not complete.");
    }
  }

  /** Prints a line to standard error. */
  void warn(String sentence) {
    err.println(sentence);
    err.flush();
  }

  /** Shows how far a piece of work is; close it when the work is over. */
  ConsoleProgress progress(String task) {
    return new ConsoleProgress(this, task);
  }

  /**
   * The user wants to stop: what runs sees it at its next step.
   *
   * @return whether this is the first time
   */
  public boolean interrupt() {
    return interrupted.compareAndSet(false, true);
  }

  /** Whether the user wants to stop. */
  boolean isInterrupted() {
    return interrupted.get();
  }
}
