package io.bitloupe.cost;

import java.util.List;

/**
 * Energy and area of operations in a 45 nm process at 0.9 V (Horowitz, Computing's energy problem, ISSCC 2014). Newer processes
 * differ in absolute terms; what the table is good for is comparing configurations with each other.
 *
 * <p>Integer operations of other widths follow the power law through the two widths that the table has, and say so.
 */
public final class EnergyTable {

  /**
   * An operation of the table.
   *
   * @param bits width of its operands
   * @param picojoules energy of one
   * @param squareMicrometres area of its unit
   */
  public record Operation(int bits, double picojoules, double squareMicrometres) {}

  /** Integer additions. */
  public static final List<Operation> INTEGER_ADD =
      List.of(new Operation(8, 0.03, 36), new Operation(16, 0.05, 67), new Operation(32, 0.1, 137));

  /** Integer multiplications. */
  public static final List<Operation> INTEGER_MULTIPLY = List.of(new Operation(8, 0.2, 282), new Operation(32, 3.1, 3495));

  /** Floating-point additions. */
  public static final List<Operation> FLOAT_ADD = List.of(new Operation(16, 0.4, 1360), new Operation(32, 0.9, 4184));

  /** Floating-point multiplications. */
  public static final List<Operation> FLOAT_MULTIPLY = List.of(new Operation(16, 1.1, 1640), new Operation(32, 3.7, 7700));

  private static final double SRAM_READ_32 = 5;
  private static final double DRAM_READ_32 = 640;

  private EnergyTable() {}

  /** An integer addition of {@code bits} bits. */
  public static Energy add(int bits) {
    return integer(INTEGER_ADD, bits);
  }

  /** An integer multiplication of {@code bits} by {@code bits} bits. */
  public static Energy multiply(int bits) {
    return integer(INTEGER_MULTIPLY, bits);
  }

  /** Reading {@code bits} bits from an on-chip memory of 8 KB. */
  public static Energy sram(double bits) {
    return new Energy(bits * SRAM_READ_32 / Integer.SIZE, false);
  }

  /** Reading {@code bits} bits from DRAM. */
  public static Energy dram(double bits) {
    return new Energy(bits * DRAM_READ_32 / Integer.SIZE, false);
  }

  /** One multiply-accumulate into 32 bits, in float32 where a factor is wider than 16 bits. */
  public static Energy multiplyAccumulate(int bits) {
    if (bits > Short.SIZE) {
      return new Energy(FLOAT_MULTIPLY.getLast().picojoules() + FLOAT_ADD.getLast().picojoules(), false);
    }
    return multiply(bits).plus(add(Integer.SIZE));
  }

  /**
   * One sample of a layer: products of its wider factor summed in 32 bits, weights once from DRAM, activations read and written
   * once in SRAM.
   */
  public static Energy of(LayerWork work) {
    return multiplyAccumulate(work.widestFactor())
        .times((double) work.macs())
        .plus(dram((double) work.weightStorageBits()))
        .plus(sram((double) work.activationBits()));
  }

  private static Energy integer(List<Operation> known, int bits) {
    for (Operation operation : known) {
      if (operation.bits() == bits) {
        return new Energy(operation.picojoules(), false);
      }
    }
    Operation narrow = known.getFirst();
    Operation wide = known.getLast();
    double exponent =
        Math.log(wide.picojoules() / narrow.picojoules()) / Math.log((double) wide.bits() / narrow.bits());
    return new Energy(narrow.picojoules() * Math.pow((double) bits / narrow.bits(), exponent), true);
  }
}
