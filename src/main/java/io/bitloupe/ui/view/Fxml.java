package io.bitloupe.ui.view;

import io.bitloupe.ui.i18n.Messages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Objects;
import javafx.fxml.FXMLLoader;
import javafx.scene.Parent;

/** Loads the FXML file that lies beside a view and is named as it. */
public final class Fxml {
  private Fxml() {}

  /** Loads the file of {@code view}, fills its annotated fields and returns the root. */
  public static Parent load(Object view) {
    Class<?> type = view.getClass();
    URL file = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".fxml"), "FXML of " + type);
    FXMLLoader loader = new FXMLLoader(file, Messages.bundle());
    loader.setController(view);
    try {
      return loader.load();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
