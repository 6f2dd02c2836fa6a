package io.bitloupe.cost;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Granularity;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Hardware as a roofline (Williams, Waterman and Patterson, Roofline, CACM 2009): a layer takes
 * {@code max(2 MACs / peak, bytes / bandwidth) + overhead}, where bytes are packed weights and the activations that are read and
 * written, each once.
 *
 * @param name what it is called
 * @param source where the figures come from
 * @param weightBits widths of weights that it takes; 32 for float
 * @param activationBits widths of activations that it takes; 32 for float
 * @param granularities which weights may share a scale: {@code tensor}, {@code channel}, {@code channels}, {@code block}
 * @param peaks operations a second by widths; a layer runs at the fastest whose widths hold both of its factors
 * @param bytesPerSecond bandwidth of its memory
 * @param layerOverheadSeconds what each layer takes on top
 */
public record HardwareProfile(
    String name,
    String source,
    Set<Integer> weightBits,
    Set<Integer> activationBits,
    Set<String> granularities,
    List<Peak> peaks,
    double bytesPerSecond,
    double layerOverheadSeconds)
    implements LatencyModel {

  /**
   * A peak rate, a multiply-accumulate counted as two operations.
   *
   * @param weightBits width of the weights
   * @param activationBits width of the activations
   * @param operationsPerSecond multiplications and additions a second
   */
  public record Peak(int weightBits, int activationBits, double operationsPerSecond) {}

  /** What bounds a layer. */
  public enum Bound {
    /** Arithmetic. */
    COMPUTE,
    /** Moving weights and activations. */
    MEMORY
  }

  /** Copies the collections. */
  public HardwareProfile {
    weightBits = Set.copyOf(weightBits);
    activationBits = Set.copyOf(activationBits);
    granularities = Set.copyOf(granularities);
    peaks = List.copyOf(peaks);
  }

  @Override
  public Optional<String> obstacle(LayerWork work) {
    if (!weightBits.contains(work.weightBits())) {
      return Optional.of(lacks(work, widths(work.weightBits()) + " weights", weightBits));
    }
    if (!activationBits.contains(work.inputBits())) {
      return Optional.of(lacks(work, widths(work.inputBits()) + " activations", activationBits));
    }
    Optional<String> missing = work.granularity().map(HardwareProfile::id).filter(id -> !granularities.contains(id));
    if (missing.isPresent()) {
      return Optional.of(
          "%s has no scales by %s, which the layer %s needs; it has %s."
              .formatted(name, missing.get(), work.layer(), String.join(", ", new TreeSet<>(granularities))));
    }
    return peak(work).isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s multiplies no %s weights with %s activations, which the layer %s needs."
                .formatted(name, widths(work.weightBits()), widths(work.inputBits()), work.layer()));
  }

  private String lacks(LayerWork work, String what, Set<Integer> has) {
    String known = new TreeSet<>(has).stream().map(HardwareProfile::widths).collect(Collectors.joining(", "));
    return "%s has no %s, which the layer %s needs; it has %s.".formatted(name, what, work.layer(), known);
  }

  private static String widths(int bits) {
    return bits == Float.SIZE ? "float" : bits + "-bit";
  }

  private static String id(Granularity granularity) {
    return switch (granularity) {
      case Granularity.PerTensor _ -> "tensor";
      case Granularity.PerChannel _ -> "channel";
      case Granularity.PerChannelGroup _ -> "channels";
      case Granularity.PerBlock _ -> "block";
    };
  }

  private Optional<Peak> peak(LayerWork work) {
    return peaks.stream()
        .filter(peak -> peak.weightBits() >= work.weightBits() && peak.activationBits() >= work.inputBits())
        .max(Comparator.comparingDouble(Peak::operationsPerSecond));
  }

  @Override
  public double milliseconds(LayerWork work) {
    return 1e3 * (Math.max(computeSeconds(work), memorySeconds(work)) + layerOverheadSeconds);
  }

  /** Seconds of arithmetic at the peak rate. */
  public double computeSeconds(LayerWork work) {
    obstacle(work)
        .ifPresent(
            obstacle -> {
              throw new InvalidInputException(obstacle);
            });
    return 2.0 * work.macs() / peak(work).orElseThrow().operationsPerSecond();
  }

  /** Seconds of moving weights and activations at full bandwidth. */
  public double memorySeconds(LayerWork work) {
    return (work.weightStorageBits() + work.activationBits()) / (double) Byte.SIZE / bytesPerSecond;
  }

  /** What bounds {@code work}. */
  public Bound bound(LayerWork work) {
    return computeSeconds(work) > memorySeconds(work) ? Bound.COMPUTE : Bound.MEMORY;
  }

  @Override
  public double restMilliseconds() {
    return 0;
  }
}
