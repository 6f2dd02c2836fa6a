package io.bitloupe.cli;

import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How the exported file is asked when it is timed. */
final class TimingOptions {

  private static final int MOST = 1024;

  @Option(
      names = "--batch",
      paramLabel = "N,N",
      split = ",",
      defaultValue = "1",
      description = "Samples of a run in ONNX Runtime; default: ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--run-threads",
      paramLabel = "T,T",
      split = ",",
      defaultValue = "1",
      description = "Threads of a run in ONNX Runtime; default: ${DEFAULT-VALUE}.")
  private List<Integer> threads = List.of();

  /** Every batch with every number of threads. */
  List<DeploymentLoad> loads() {
    check("--batch", batches);
    check("--run-threads", threads);
    List<DeploymentLoad> loads = new ArrayList<>();
    for (int batch : batches) {
      for (int count : threads) {
        loads.add(new DeploymentLoad(batch, count));
      }
    }
    return loads.stream().distinct().toList();
  }

  private static void check(String option, List<Integer> values) {
    for (int value : values) {
      if (value < 1 || value > MOST) {
        throw new InvalidInputException("%s needs numbers from 1 to %d, not %d.".formatted(option, MOST, value));
      }
    }
  }

  /** Refuses loads with more than {@code most} samples in a run. */
  static void checkBatches(List<DeploymentLoad> loads, int most) {
    loads.stream()
        .filter(load -> load.batch() > most)
        .findFirst()
        .ifPresent(
            load -> {
              throw new InvalidInputException(
                  "--batch takes at most %d here, not %d: a run of this model takes no more samples, or there are no more to report on."
                      .formatted(most, load.batch()));
            });
  }
}
