package io.bitloupe.ui.distribution;

import io.bitloupe.config.FormatText;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.RangeMethod;
import io.bitloupe.quant.Scheme;
import io.bitloupe.quant.format.NumberFormat;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.i18n.Terms;
import io.bitloupe.ui.undo.ConfigChange;
import io.bitloupe.ui.undo.ConfigEdits;
import io.bitloupe.ui.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Changes of how the tensor that is shown is quantized, each a step of the history. */
public final class TensorEdits {
  private static final String INTEGERS = "";

  private final Workspace workspace;
  private final Supplier<Optional<Subject>> subject;

  /** Changes {@code subject}; nothing while there is none. */
  TensorEdits(Workspace workspace, Supplier<Optional<Subject>> subject) {
    this.workspace = workspace;
    this.subject = subject;
  }

  /** Number formats of weights to choose from; the empty one stands for integers. */
  static List<String> formats() {
    return Stream.concat(Stream.of(INTEGERS), FormatText.usual().stream()).toList();
  }

  /** The name of the number format of {@code choice}, among {@link #formats}. */
  static String format(TensorChoice choice) {
    return choice instanceof TensorChoice.Coded coded ? FormatText.format(coded.format()) : INTEGERS;
  }

  /** Takes the range of a method. */
  public void setRange(RangeMethod method) {
    change(Messages.get("change.range", Terms.range(method)), choice -> ConfigEdits.withRange(choice, method));
  }

  /** Takes an explicit range. */
  void setClip(RangeMethod.Explicit range) {
    change(Messages.get("change.clip", Terms.span(range.min(), range.max())), choice -> ConfigEdits.withRange(choice, range));
  }

  /** Sets the bits of the tensor. */
  public void setBits(int bits) {
    boolean isActivation = subject.get().filter(it -> it.side() != TensorSide.WEIGHTS).isPresent();
    TensorChoice template = isActivation ? TensorChoice.DEFAULT_ACTIVATION : TensorChoice.DEFAULT_WEIGHT;
    change(Messages.get("change.bits", bits), choice -> ConfigEdits.withBits(choice, bits, template));
  }

  /** Sets the number format of the weights, in the granularity that it is meant for. */
  public void setFormat(String name) {
    if (name.equals(INTEGERS)) {
      change(Messages.get("change.format", Messages.get("distribution.integers")), _ -> usualIntegers());
    } else {
      NumberFormat format = FormatText.parse(name);
      change(Messages.get("change.format", Terms.format(name)), _ -> new TensorChoice.Coded(format, format.usualGranularity()));
    }
  }

  private TensorChoice usualIntegers() {
    return workspace.config().weight() instanceof TensorChoice.Quantized usual ? usual : TensorChoice.DEFAULT_WEIGHT;
  }

  /** Leaves the tensor in float. */
  public void setFloat() {
    change(Messages.get("change.float"), _ -> TensorChoice.FLOAT);
  }

  /** Sets the scheme of the tensor. */
  public void setScheme(Scheme scheme) {
    change(Terms.scheme(scheme), choice -> ConfigEdits.withScheme(choice, scheme));
  }

  /** Sets the granularity of the weights. */
  public void setGranularity(Granularity granularity) {
    change(Messages.get("change.granularity", Terms.granularity(granularity)), choice -> ConfigEdits.withGranularity(choice, granularity));
  }

  private void change(String what, UnaryOperator<TensorChoice> edit) {
    subject
        .get()
        .ifPresent(
            it -> {
              boolean isWeight = it.side() == TensorSide.WEIGHTS;
              String description = Messages.get(isWeight ? "change.layer" : "change.tensor", name(it), what);
              ConfigChange change =
                  isWeight
                      ? ConfigEdits.weightChoice(it.tensor(), description, edit)
                      : ConfigEdits.activationChoice(it.tensor(), description, edit);
              workspace.apply(change);
            });
  }

  private String name(Subject subject) {
    return switch (subject.side()) {
      case WEIGHTS -> workspace.layers().nameOf(subject.layer());
      case INPUT -> Messages.get("distribution.inputOf", workspace.layers().nameOf(subject.layer()));
      case OUTPUT -> Messages.get("distribution.outputOf", workspace.layers().nameOf(subject.layer()));
    };
  }
}
