package io.bitloupe.kernel.machine;

import io.bitloupe.kernel.KernelProvider;
import io.bitloupe.kernel.Kernels;
import io.bitloupe.kernel.vector.VectorKernelProvider;
import io.bitloupe.kernel.vector.VectorKernels;
import java.util.Optional;

/** Offers the machine-code kernels where processor and system have the instructions. */
public final class MachineKernelProvider implements KernelProvider {

  private static final class Features {
    static final CpuFeatures HERE = CpuFeatures.detect();

    private Features() {}
  }

  private static final class Holder {
    static final Kernels KERNELS =
        new MachineKernels(Features.HERE.amx() ? new AmxEngine() : new VnniEngine(), VectorKernels.preferred());

    private Holder() {}
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
    return vectors.isPresent() || Features.HERE.vnni() ? vectors
        : Optional.of("Machine-code kernels cannot run: " + Features.HERE.reason() + ".");
  }

  @Override
  public String description() {
    return (Features.HERE.amx() ? "AMX tiles" : "AVX512-VNNI")
        + ", 8-bit integers, a few rows of 1 and 2 bits bit by bit; "
        + Features.HERE.reason();
  }

  @Override
  public Kernels kernels() {
    return Holder.KERNELS;
  }
}
