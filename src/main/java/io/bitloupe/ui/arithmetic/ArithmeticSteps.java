package io.bitloupe.ui.arithmetic;

import io.bitloupe.engine.ElementStory;
import io.bitloupe.exec.integer.ElementTrace;
import io.bitloupe.exec.integer.Rescaling;
import io.bitloupe.ui.i18n.Figures;
import io.bitloupe.ui.i18n.Messages;
import java.util.List;

/** Writes an element's computation down, line by line. */
final class ArithmeticSteps {

  /** Lines that do something: all but the last, which tells what the code stands for. */
  static final int COUNT = 9;

  private ArithmeticSteps() {}

  static List<ArithmeticStep> of(ElementStory story) {
    ElementTrace trace = story.trace();
    return List.of(
        line("products", Messages.get("arithmetic.formula.products", trace.length()), integer(trace.sumOfProducts())),
        line(
            "inputZero",
            Messages.get("arithmetic.formula.inputZero", integer(-trace.input().zeroPoint()), factor(trace.sumOfWeights())),
            integer(trace.inputCorrection())),
        line("weightZero", weightZero(trace), integer(trace.weightCorrection())),
        line("bias", bias(story), integer(trace.bias())),
        new ArithmeticStep(
            Messages.get("arithmetic.step.accumulator"), bits(trace.accumulator()), integer(trace.accumulator()),
                ArithmeticStep.Weight.SUM),
        multiplier(trace),
        rounding(trace),
        line(
            "outputZero",
            Messages.get("arithmetic.formula.outputZero", factor(trace.output().zeroPoint())),
            integer(trace.unclamped())),
        line(
            "clamp",
            Messages.get(
                "arithmetic.formula.clamp",
                trace.codeMin(),
                trace.codeMax(),
                real(trace.output().dequantize(trace.codeMin())),
                real(trace.output().dequantize(trace.codeMax()))),
            integer(trace.code())),
        new ArithmeticStep(
            Messages.get("arithmetic.step.output"),
            trace.output().zeroPoint() == 0
                ? Messages.get("arithmetic.formula.outputPlain", trace.code(), real(trace.output().scale()))
                : Messages.get("arithmetic.formula.output", trace.code(), factor(trace.output().zeroPoint()), real(trace.output().scale())),
            real(trace.real()),
            ArithmeticStep.Weight.RESULT));
  }

  private static ArithmeticStep line(String key, String formula, String value) {
    return new ArithmeticStep(Messages.get("arithmetic.step." + key), formula, value, ArithmeticStep.Weight.ORDINARY);
  }

  private static String weightZero(ElementTrace trace) {
    int zero = trace.weight().zeroPoint();
    return zero == 0
        ? Messages.get("arithmetic.formula.weightZeroNone")
        : Messages.get(
            "arithmetic.formula.weightZero",
            integer(-zero),
            factor(trace.sumOfInputs()),
            trace.length(),
            factor(trace.input().zeroPoint()),
            factor(zero));
  }

  private static String bias(ElementStory story) {
    ElementTrace trace = story.trace();
    if (story.biasReal() == 0 && trace.bias() == 0) {
      return Messages.get("arithmetic.formula.biasNone");
    }
    if (trace.rescaling() instanceof Rescaling.Real it && it.bias() != 0) {
      return Messages.get("arithmetic.formula.biasReal");
    }
    return Messages.get(
        "arithmetic.formula.bias", real(story.biasReal()), real((double) trace.input().scale() * trace.weight().scale()));
  }

  private static String bits(long accumulator) {
    int used = Long.SIZE - Long.numberOfLeadingZeros(Math.abs(accumulator));
    return Messages.get(used <= Integer.SIZE - 1 ? "arithmetic.formula.bits" : "arithmetic.formula.manyBits", used);
  }

  private static ArithmeticStep multiplier(ElementTrace trace) {
    double exact = (double) trace.input().scale() * trace.weight().scale() / trace.output().scale();
    return switch (trace.rescaling()) {
      case Rescaling.FloatScale it ->
          line("multiplier", Messages.get("arithmetic.formula.floatScale", precise(it.multiplier())), fraction(it.product()));
      case Rescaling.FixedPoint it ->
          line(
              "multiplier",
              Messages.get(
                  it.exponent() > 0 ? "arithmetic.formula.fixedPointLeft" : "arithmetic.formula.fixedPoint",
                  it.mantissa(),
                  precise(exact),
                  it.exponent()),
              integer(it.product()));
      case Rescaling.Dyadic it ->
          line(
              "multiplier",
              Messages.get("arithmetic.formula.dyadic", it.multiplier(), it.shift(), precise(exact)),
              fraction(it.scaled()));
      case Rescaling.Real it ->
          line(
              "multiplier",
              it.bias() == 0
                  ? Messages.get("arithmetic.formula.real", precise(it.multiplier()))
                  : Messages.get("arithmetic.formula.realBias", precise(it.multiplier()), real(it.bias())),
              real(it.real()));
    };
  }

  private static ArithmeticStep rounding(ElementTrace trace) {
    Rescaling rescaling = trace.rescaling();
    String value = integer(rescaling.rounded());
    String scaled = fraction(rescaling.scaled());
    return switch (rescaling) {
      case Rescaling.FloatScale _ -> line("round", Messages.get("arithmetic.formula.roundEven", scaled), value);
      case Rescaling.FixedPoint it ->
          line(
              "shift",
              Messages.get("arithmetic.formula.roundAway", it.product(), Math.max(0, -it.exponent()), scaled),
              value);
      case Rescaling.Dyadic _ -> line("shift", Messages.get("arithmetic.formula.roundUp", scaled), value);
      case Rescaling.Real it ->
          line("round", Messages.get("arithmetic.formula.roundReal", real(trace.output().scale()), fraction(it.scaled())), value);
    };
  }

  static String integer(long value) {
    return Figures.count(value);
  }

  /** In parentheses where it is negative, to stand after an operator. */
  private static String factor(long value) {
    return value < 0 ? Messages.get("arithmetic.negative", integer(value)) : integer(value);
  }

  private static String fraction(double value) {
    return Figures.fixed(value, 3);
  }

  static String real(double value) {
    return Figures.real(value);
  }

  /** Seven significant figures: as many as a float has. */
  private static String precise(double value) {
    int decimals = value == 0 ? 0 : Math.clamp(6 - (int) Math.floor(Math.log10(Math.abs(value))), 0, 14);
    return Figures.fixed(value, decimals);
  }
}
