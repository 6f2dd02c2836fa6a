package io.bitloupe.ui.view;

import io.bitloupe.data.SamplePicture;
import java.util.Optional;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;

/** Shows a sample's picture in a square; small ones are enlarged pixel by pixel. */
public final class PictureBox extends StackPane {
  private final ImageView image = new ImageView();
  private final double side;

  /** An empty square of {@code side} pixels. */
  public PictureBox(double side) {
    this.side = side;
    getStyleClass().add("picture-box");
    setMinSize(side, side);
    setPrefSize(side, side);
    setMaxSize(side, side);
    image.setPreserveRatio(true);
    image.setFitWidth(side);
    image.setFitHeight(side);
    getChildren().add(image);
  }

  /** Shows {@code picture}, or nothing. */
  public void show(Optional<SamplePicture> picture) {
    if (picture.isEmpty()) {
      image.setImage(null);
      return;
    }
    SamplePicture it = picture.get();
    WritableImage made = new WritableImage(it.width(), it.height());
    made.getPixelWriter().setPixels(0, 0, it.width(), it.height(), PixelFormat.getIntArgbInstance(), it.pixels(), 0, it.width());
    image.setSmooth(it.width() > side);
    image.setImage(made);
  }
}
