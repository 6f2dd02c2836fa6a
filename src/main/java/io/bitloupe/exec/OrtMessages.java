package io.bitloupe.exec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns ONNX Runtime's error messages, which name C++ functions and source lines, into sentences for people. */
final class OrtMessages {

  private static final int LONGEST = 300;

  private static final Pattern UNREGISTERED =
      Pattern.compile("(?:Fatal error: )?(\\S*?):?(\\w+)\\((-?\\d+)\\) is not a registered function/op");
  private static final Pattern NO_OPERATOR = Pattern.compile("No Op registered for (\\S+) with domain_version of (\\d+)");
  private static final Pattern NO_KERNEL = Pattern.compile("Could not find an implementation for (\\S+?)\\((\\d+)\\)");
  /** Greedy, so that of a node within a body the innermost counts. */
  private static final Pattern NODE_FAILED =
      Pattern.compile("(?s).*Non-zero status code returned while running (\\S+) node\\. Name:'([^']*)' Status Message: (.*)");

  private static final Pattern PREAMBLE =
      Pattern.compile(
          "^(?:Error code - \\w+ - message: |Load model from memory failed: ?|This is an invalid model\\. |Error: "
              + "|Exception during initialization: )+");
  private static final Pattern SOURCE = Pattern.compile("\\S+\\.(?:cc|h|cpp|hpp):\\d+ |onnxruntime::\\S+ |/\\S*/onnxruntime/\\S+ ");
  private static final Pattern SIGNATURE =
      Pattern.compile("^(?:\\[with [^\\]]*\\] |[^.']*?(?:\\w[&*]|int64_t)[^)']*\\) (?:\\[with [^\\]]*\\] )?)");
  private static final Pattern CONDITION = Pattern.compile("^.* was false\\. (?=\\S)");

  private OrtMessages() {}

  /** One sentence for {@code message}. */
  static String sentence(String message) {
    Matcher unregistered = UNREGISTERED.matcher(message);
    if (unregistered.find()) {
      return unknownOperator(unregistered.group(2), unregistered.group(1));
    }
    Matcher operator = NO_OPERATOR.matcher(message);
    if (operator.find()) {
      return "ONNX Runtime has no operator %s in version %s of its operator set.".formatted(operator.group(1), operator.group(2));
    }
    Matcher kernel = NO_KERNEL.matcher(message);
    if (kernel.find()) {
      return "ONNX Runtime has no implementation of the operator %s (version %s) for the types that it is given."
          .formatted(kernel.group(1), kernel.group(2));
    }
    Matcher failed = NODE_FAILED.matcher(message);
    if (failed.matches()) {
      return end("the %s node '%s' fails in ONNX Runtime: %s".formatted(failed.group(1), failed.group(2), reason(failed.group(3))));
    }
    return end("ONNX Runtime refuses it: " + reason(message));
  }

  /** The sentence for an operator that ONNX Runtime does not have. */
  static String unknownOperator(String operator, String domain) {
    return "The operator %s of the domain %s is none that ONNX Runtime has.".formatted(operator, domain.isEmpty() ? "ai.onnx" : domain);
  }

  private static String reason(String message) {
    String line = message.replaceAll("\\s+", " ").strip();
    line = PREAMBLE.matcher(line).replaceFirst("");
    line = SOURCE.matcher(line + " ").replaceAll("");
    line = SIGNATURE.matcher(line).replaceFirst("");
    line = CONDITION.matcher(line).replaceFirst("").strip();
    return line.isEmpty() ? "no reason given" : line;
  }

  private static String end(String sentence) {
    String cut = sentence.length() > LONGEST ? sentence.substring(0, LONGEST) + "…" : sentence;
    return cut.endsWith(".") || cut.endsWith("…") ? cut : cut + ".";
  }
}
