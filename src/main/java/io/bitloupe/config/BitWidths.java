package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Widths for a weight and an activation, in the short form {@code W4A8}, {@code W4}, {@code A8} or {@code Wfloat}.
 *
 * @param weight width of weights; empty when it is to stay
 * @param activation width of activations; empty when it is to stay
 */
public record BitWidths(Optional<Width> weight, Optional<Width> activation) {

  private static final Pattern FORM = Pattern.compile("(?i)(?:W(\\d+|float))?(?:A(\\d+|float))?");

  /**
   * The width of one tensor.
   *
   * @param bits bits of a code; {@link Float#SIZE} for float32
   */
  public record Width(int bits) {

    /** The tensor stays in float32. */
    public static final Width FLOAT = new Width(Float.SIZE);

    /** Whether the tensor stays in float32. */
    public boolean isFloat() {
      return bits == Float.SIZE;
    }

    @Override
    public String toString() {
      return isFloat() ? "float" : Integer.toString(bits);
    }
  }

  /**
   * Reads the short form.
   *
   * @throws InvalidInputException when {@code text} is no such form or a width is not allowed
   */
  public static BitWidths parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (text.isBlank() || !form.matches()) {
      throw new InvalidInputException("'%s' is no choice of bits like W4A8, W4, A8 or Wfloat.".formatted(text));
    }
    return new BitWidths(
        Optional.ofNullable(form.group(1)).map(BitWidths::weightWidth), Optional.ofNullable(form.group(2)).map(BitWidths::activationWidth));
  }

  /**
   * Reads the width of weights: 1 to 8 or {@code float}.
   *
   * @throws InvalidInputException when {@code text} is neither
   */
  public static Width weightWidth(String text) {
    Width width = width(text);
    if (!width.isFloat() && !Choices.isWeightBits(width.bits())) {
      throw new InvalidInputException("Weights can have 1 to 8 bits or stay float, not '%s'.".formatted(text));
    }
    return width;
  }

  /**
   * Reads the width of activations: 1 to 8, 16 or {@code float}.
   *
   * @throws InvalidInputException when {@code text} is none of them
   */
  public static Width activationWidth(String text) {
    Width width = width(text);
    if (!width.isFloat() && !Choices.isActivationBits(width.bits())) {
      throw new InvalidInputException("Activations can have 1 to 8 or 16 bits or stay float, not '%s'.".formatted(text));
    }
    return width;
  }

  private static Width width(String text) {
    if (text.equalsIgnoreCase("float")) {
      return Width.FLOAT;
    }
    try {
      int bits = Integer.parseInt(text.strip());
      return new Width(bits == Float.SIZE ? 0 : bits);
    } catch (NumberFormatException notANumber) {
      return new Width(0);
    }
  }

  @Override
  public String toString() {
    return weight.map(w -> "W" + w).orElse("") + activation.map(a -> "A" + a).orElse("");
  }
}
