package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.KernelProvider;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.vector.VectorKernelProvider;
import io.bitloupe.kernel.vector.VectorKernels;
import java.util.Optional;
import java.util.function.Supplier;

/** Offers the machine-code kernels where processor and system have the instructions. */
public final class MachineKernelProvider implements KernelProvider {

  private static final class Here {
    static final CpuFeatures FEATURES = CpuFeatures.detect();

    private Here() {}
  }

  private static final class Holder {
    static final Kernels KERNELS =
        new MachineKernels(Here.FEATURES.amx() ? TileEngines.amx() : TileEngines.vnni(), VectorKernels.preferred());

    private Holder() {}
  }

  private final Supplier<CpuFeatures> features;

  /** For this machine, which is asked when that is needed: the Vector API comes first. */
  public MachineKernelProvider() {
    this(() -> Here.FEATURES);
  }

  /** For a machine with other features, to be asked for obstacles only. */
  MachineKernelProvider(Supplier<CpuFeatures> features) {
    this.features = features;
  }

  @Override
  public String name() {
    return MachineKernels.NAME;
  }

  @Override
  public int priority() {
    return 20;
  }

  @Override
  public boolean isPortable() {
    return false;
  }

  /** The passes that are not products run on the Vector API, so its obstacle is one here as well. */
  @Override
  public Optional<String> obstacle() {
    Optional<String> vectors = new VectorKernelProvider().obstacle();
    return vectors.isPresent() || features.get().vnni() ? vectors
        : Optional.of("Machine-code kernels cannot run: " + features.get().reason() + ".");
  }

  @Override
  public String description() {
    return (features.get().amx() ? "AMX tiles" : "AVX512-VNNI")
        + ", 8-bit integers, a few rows of 1 and 2 bits bit by bit; "
        + features.get().reason();
  }

  @Override
  public Kernels kernels() {
    return Holder.KERNELS;
  }
}
