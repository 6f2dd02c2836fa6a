package io.bitloupe.exec;

import java.util.List;
import java.util.stream.Stream;

/**
 * How an exported model is asked: a service sends batches, a device one sample after the other.
 *
 * @param batch samples in a run, at least 1
 * @param threads threads of a run, the calling one included, at least 1
 */
public record DeploymentLoad(int batch, int threads) {

  /** One sample on one thread, which every measured configuration is timed with. */
  public static final DeploymentLoad SINGLE = new DeploymentLoad(1, 1);

  private static final int LARGE_BATCH = 32;

  /** Checks the numbers. */
  public DeploymentLoad {
    if (batch < 1 || threads < 1) {
      throw new IllegalArgumentException("a run of %d samples on %d threads".formatted(batch, threads));
    }
  }

  /** One sample on all of {@code threads}. */
  public static DeploymentLoad wide(int threads) {
    return new DeploymentLoad(1, threads);
  }

  /** Many samples on all of {@code threads}. */
  public static DeploymentLoad large(int threads) {
    return new DeploymentLoad(LARGE_BATCH, threads);
  }

  /** The loads that tell most about a machine with so many {@code threads}, each once. */
  public static List<DeploymentLoad> usual(int threads) {
    return Stream.of(SINGLE, wide(threads), large(threads)).distinct().toList();
  }
}
