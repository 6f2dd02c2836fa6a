package io.bitloupe.ui.view;

import java.util.function.Predicate;
import javafx.scene.control.Labeled;
import javafx.scene.control.Tooltip;
import javafx.scene.text.Text;

/** A text of several parts on a control: where there is no room for all of them the last ones are left out, rather than one cut short. */
public final class WholeParts {
  private final Labeled control;
  private final String separator;
  private final Tooltip tooltip = new Tooltip();
  private final Text measure = new Text();
  private String whole = "";

  private WholeParts(Labeled control, String separator) {
    this.control = control;
    this.separator = separator;
    control.setTooltip(tooltip);
    control.widthProperty().subscribe(_ -> fit());
    control.fontProperty().subscribe(_ -> fit());
  }

  /** Has {@code control} show texts whose parts stand between {@code separator}s; its tooltip tells them in full. */
  public static WholeParts on(Labeled control, String separator) {
    return new WholeParts(control, separator);
  }

  /** Shows {@code text}. */
  public void setText(String text) {
    if (!text.equals(whole)) {
      whole = text;
      tooltip.setText(text);
      control.setText(text);
      fit();
    }
  }

  /** Shows what fits; the control wants the width of the whole text nevertheless. Before its first layout its own width is not known. */
  private void fit() {
    if (control.getWidth() > 0) {
      control.setPrefWidth(Labeled.USE_COMPUTED_SIZE);
      double beside = control.prefWidth(-1) - widthOf(control.getText());
      control.setPrefWidth(Math.ceil(beside + widthOf(whole)));
      double room = control.getWidth() - beside + 0.5;
      control.setText(leading(whole, separator, text -> widthOf(text) <= room));
    }
  }

  private double widthOf(String text) {
    measure.setFont(control.getFont());
    measure.setText(text);
    return measure.getLayoutBounds().getWidth();
  }

  /** As many leading parts of {@code whole} as fit, at least one. */
  static String leading(String whole, String separator, Predicate<String> fits) {
    String shown = whole;
    for (int end = whole.lastIndexOf(separator); end > 0 && !fits.test(shown); end = whole.lastIndexOf(separator, end - 1)) {
      shown = whole.substring(0, end);
    }
    return shown;
  }
}
