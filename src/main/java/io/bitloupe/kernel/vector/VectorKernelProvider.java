package io.bitloupe.kernel.vector;

import io.bitloupe.kernel.KernelProvider;
import io.bitloupe.kernel.Kernels;
import java.util.Optional;

/** Offers the kernels on the Vector API wherever its incubator module is there. */
public final class VectorKernelProvider implements KernelProvider {

  /** Name of these kernels. */
  static final String NAME = "vector";

  private static final String MODULE = "jdk.incubator.vector";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Optional<String> obstacle() {
    return ModuleLayer.boot().findModule(MODULE).isPresent()
        ? Optional.empty()
        : Optional.of("Java was started without the module %s, which the integer kernels need: add --add-modules %s."
            .formatted(MODULE, MODULE));
  }

  @Override
  public String description() {
    return VectorKernels.preferred().description();
  }

  @Override
  public Kernels kernels() {
    return VectorKernels.preferred();
  }
}
