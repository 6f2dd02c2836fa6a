package io.bitloupe.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something of a configuration that a format cannot hold, or of a file that a configuration cannot.
 *
 * @param subject the layer or tensor that it is about, for people
 * @param reason what is lost and why, as a sentence without its full stop
 */
public record Loss(String subject, String reason) {

  /** The subjects of {@code losses} by their reasons, both in the order in which they come. */
  public static Map<String, List<String>> byReason(List<Loss> losses) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    losses.forEach(loss -> byReason.computeIfAbsent(loss.reason(), _ -> new ArrayList<>()).add(loss.subject()));
    return byReason;
  }

  @Override
  public String toString() {
    return subject + ": " + reason + ".";
  }
}
