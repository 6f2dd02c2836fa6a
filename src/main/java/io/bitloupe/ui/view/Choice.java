package io.bitloupe.ui.view;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.control.ComboBox;
import javafx.util.StringConverter;

/** Combo boxes that show a value without reporting it as the user's choice. */
public final class Choice {
  private Choice() {}

  /** Fills {@code box} and reports only what the user picks. */
  public static <T> void prepare(ComboBox<T> box, List<T> values, Function<T, String> text, Consumer<T> onPick) {
    box.setConverter(
        new StringConverter<>() {
          @Override
          public String toString(T value) {
            return value == null ? "" : text.apply(value);
          }

          @Override
          public T fromString(String ignored) {
            throw new UnsupportedOperationException("the box is not editable");
          }
        });
    box.getItems().setAll(values);
    box.setVisibleRowCount(12);
    box.setOnAction(
        _ -> {
          if (!Boolean.TRUE.equals(box.getProperties().get("showing")) && box.getValue() != null) {
            onPick.accept(box.getValue());
          }
        });
  }

  /** Offers {@code values} from now on and shows {@code value}, or nothing. */
  public static <T> void offer(ComboBox<T> box, List<T> values, Optional<T> value) {
    if (!box.getItems().equals(values)) {
      // A box keeps the place of what is selected, which another list gives another meaning.
      show(box, Optional.empty());
      box.getItems().setAll(values);
    }
    show(box, value);
  }

  /** Shows {@code value}, or nothing. */
  public static <T> void show(ComboBox<T> box, Optional<T> value) {
    box.getProperties().put("showing", true);
    if (value.isPresent()) {
      if (!value.get().equals(box.getValue())) {
        box.setValue(value.get());
      }
    } else {
      box.getSelectionModel().clearSelection();
      box.setValue(null);
    }
    box.getProperties().put("showing", false);
  }
}
