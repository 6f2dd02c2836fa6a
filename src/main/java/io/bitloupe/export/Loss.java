package io.bitloupe.export;

/**
 * Something of a configuration that a format cannot hold, or of a file that a configuration cannot.
 *
 * @param subject the layer or tensor that it is about, for people
 * @param reason what is lost and why, as a sentence without its full stop
 */
public record Loss(String subject, String reason) {

  @Override
  public String toString() {
    return subject + ": " + reason + ".";
  }
}
