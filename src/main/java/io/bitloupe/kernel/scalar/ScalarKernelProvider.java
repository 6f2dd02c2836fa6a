package io.bitloupe.kernel.scalar;

import io.bitloupe.kernel.KernelProvider;
import io.bitloupe.kernel.Kernels;
import java.util.Optional;

/** Offers the oracle, which runs everywhere, slowly. */
public final class ScalarKernelProvider implements KernelProvider {

  @Override
  public String name() {
    return ScalarKernels.NAME;
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public String description() {
    return "plain loops, the reference for all other kernels";
  }

  @Override
  public Kernels kernels() {
    return ScalarKernels.INSTANCE;
  }
}
