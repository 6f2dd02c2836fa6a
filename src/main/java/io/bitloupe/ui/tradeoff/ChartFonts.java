package io.bitloupe.ui.tradeoff;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Makes the window's font known to AWT, whose font names JFreeChart's drawing goes by. Slow once: call it off the FX thread. */
public final class ChartFonts {
  private static final Logger LOG = Logger.getLogger(ChartFonts.class.getName());

  private ChartFonts() {}

  /** Registers the font; afterwards charts can be made. */
  public static void register() {
    try (InputStream file = ChartFonts.class.getResourceAsStream("/io/bitloupe/ui/fonts/Inter-Regular.otf")) {
      if (file != null) {
        GraphicsEnvironment.getLocalGraphicsEnvironment().registerFont(Font.createFont(Font.TRUETYPE_FONT, file));
      }
    } catch (IOException | FontFormatException broken) {
      LOG.log(Level.WARNING, "the font of the charts could not be registered", broken);
    }
  }

  /** The font of axes and labels. */
  static Font label() {
    return new Font("Inter", Font.PLAIN, 11);
  }
}
