package io.bitloupe.ui.theme;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import io.bitloupe.ui.prefs.Preferences;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.scene.Scene;
import javafx.scene.text.Font;

/** Light or dark, switched while the window is open. Until the user chooses, it is what the system has. */
public final class Theme {
  private static final String KEY = "theme";
  private static final List<String> FONTS =
      List.of("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf", "JetBrainsMono-SemiBold.ttf");

  private final Preferences preferences;
  private final ReadOnlyBooleanWrapper dark = new ReadOnlyBooleanWrapper();
  private Optional<Scene> scene = Optional.empty();
  private String popupSizes = PopupSizes.sheet(1);

  /** The theme of last time, or the system's. */
  public Theme(Preferences preferences) {
    this.preferences = preferences;
    dark.set(preferences.get(KEY).map("dark"::equals).orElseGet(Theme::isSystemDark));
    loadFonts();
    setBase();
  }

  /** Whether it is dark. */
  public ReadOnlyBooleanProperty darkProperty() {
    return dark.getReadOnlyProperty();
  }

  /** Styles {@code styled} from now on. */
  public void apply(Scene styled) {
    scene = Optional.of(styled);
    setColours();
  }

  /** Makes menus, lists and tooltips {@code factor} times as large as usual. */
  public void setPopupFactor(double factor) {
    popupSizes = PopupSizes.sheet(factor);
    setColours();
  }

  /** Makes it light when it is dark, and dark when it is light. */
  public void toggle() {
    dark.set(!dark.get());
    preferences.put(KEY, dark.get() ? "dark" : "light");
    setBase();
    setColours();
  }

  private void setBase() {
    Application.setUserAgentStylesheet((dark.get() ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
  }

  private void setColours() {
    scene.ifPresent(
        it -> it.getStylesheets().setAll(resource(dark.get() ? "dark.css" : "light.css"), resource("bitloupe.css"), popupSizes));
  }

  private static boolean isSystemDark() {
    return Platform.getPreferences().getColorScheme() == ColorScheme.DARK;
  }

  private static void loadFonts() {
    for (String name : FONTS) {
      try (InputStream file = Theme.class.getResourceAsStream("/io/bitloupe/ui/fonts/" + name)) {
        if (file != null) {
          Font.loadFont(file, 12);
        }
      } catch (IOException unreadable) {
        throw new IllegalStateException(name.toLowerCase(Locale.ROOT), unreadable);
      }
    }
  }

  private static String resource(String name) {
    return Objects.requireNonNull(Theme.class.getResource(name), name).toExternalForm();
  }
}
