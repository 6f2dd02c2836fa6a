package io.bitloupe.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Pictures of leaves that lie on each other: disks whose radii r have a density of r⁻³, so that the picture looks alike at every
 * scale and has edges and even places as photographs do (Lee, Mumford and Huang 2001; networks learn from such pictures: Baradad
 * et al. 2021). Each leaf has a colour and is shaded along a line.
 */
final class DeadLeaves {

  private static final double LEAST_RADIUS = 1.5;
  private static final double GREATEST_SHARE = 0.5;
  private static final int MOST_LEAVES = 20_000;
  private static final double COLOUR_SPREAD = 0.15;
  private static final double SHADING = 0.3;

  private final int height;
  private final int width;
  private final float[][] planes;
  private final boolean[] covered;
  private int open;

  private DeadLeaves(int channels, int height, int width) {
    this.height = height;
    this.width = width;
    this.planes = new float[channels][height * width];
    this.covered = new boolean[height * width];
    this.open = height * width;
    for (float[] plane : planes) {
      Arrays.fill(plane, 0.5f);
    }
  }

  /** A picture of values from 0 to 1: channels by places in reading order. */
  static float[][] paint(int channels, int height, int width, SplittableRandom random) {
    DeadLeaves picture = new DeadLeaves(channels, height, width);
    for (int leaf = 0; leaf < MOST_LEAVES && picture.open > 0; leaf++) {
      picture.slipUnder(random);
    }
    return picture.planes;
  }

  /** Adds a leaf below those that lie there already. */
  private void slipUnder(SplittableRandom random) {
    double greatest = Math.max(LEAST_RADIUS, GREATEST_SHARE * Math.max(height, width));
    double ratio = LEAST_RADIUS / greatest;
    double radius = LEAST_RADIUS / Math.sqrt(1 - random.nextDouble() * (1 - ratio * ratio));
    double top = random.nextDouble() * (height + 2 * radius) - radius;
    double left = random.nextDouble() * (width + 2 * radius) - radius;
    double light = random.nextDouble();
    double[] colour = new double[planes.length];
    Arrays.setAll(colour, c -> light + COLOUR_SPREAD * random.nextGaussian());
    double angle = 2 * Math.PI * random.nextDouble();
    double shade = SHADING * random.nextDouble() / radius;
    for (int y = Math.max(0, (int) (top - radius)); y < Math.min(height, top + radius + 1); y++) {
      for (int x = Math.max(0, (int) (left - radius)); x < Math.min(width, left + radius + 1); x++) {
        int at = y * width + x;
        double dy = y - top;
        double dx = x - left;
        if (!covered[at] && dy * dy + dx * dx <= radius * radius) {
          covered[at] = true;
          open--;
          double shading = shade * (Math.cos(angle) * dx + Math.sin(angle) * dy);
          for (int c = 0; c < planes.length; c++) {
            planes[c][at] = (float) Math.clamp(colour[c] + shading, 0, 1);
          }
        }
      }
    }
  }
}
