package io.bitloupe.ui.tradeoff;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.report.ChartPoint;
import io.bitloupe.report.TradeOffPicture;
import io.bitloupe.ui.i18n.Messages;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.WritableImage;
import javafx.scene.transform.Transform;
import javax.imageio.ImageIO;

/** Trade-off charts as picture files. */
final class PictureFile {
  private static final double SCALE = 2;

  private PictureFile() {}

  /** What {@code node} shows, at twice its size; for the FX thread. */
  static BufferedImage image(Node node) {
    SnapshotParameters parameters = new SnapshotParameters();
    parameters.setTransform(Transform.scale(SCALE, SCALE));
    WritableImage shown = node.snapshot(parameters, null);
    return SwingFXUtils.fromFXImage(shown, null);
  }

  /** Writes {@code image} as PNG, as a whole or not at all. */
  static void writePng(BufferedImage image, Path file) {
    AtomicFile.write(file, unfinished -> ImageIO.write(image, "png", unfinished.toFile()));
  }

  /** The points of {@code data} against {@code axis} as SVG; those that are not measured on it yet are left out. */
  static String svg(TradeoffData data, CostAxis axis, TradeOffPicture.Palette palette) {
    double unit = axis.unit(data);
    List<ChartPoint> points =
        data.points().stream()
            .filter(point -> axis.of(point).isPresent())
            .map(
                point ->
                    ChartPoint.of(
                        point.description(),
                        axis.of(point).orElseThrow() / unit,
                        axis.spread(point),
                        point.value(),
                        point.interval(),
                        point.status() == TradeoffPoint.Status.CURRENT))
            .toList();
    TradeoffData.Reference reference = data.reference().orElseThrow();
    return TradeOffPicture.svg(
        axis.pictureTitle(),
        axis.label(data),
        Messages.get(data.labelled() ? "tradeoff.top1" : "tradeoff.agreement"),
        points,
        100 * reference.value(),
        axis.of(reference).stream().map(cost -> cost / unit).findFirst(),
        palette);
  }
}
