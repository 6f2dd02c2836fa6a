package io.bitloupe.exec;

import io.bitloupe.model.GraphIndex;
import io.bitloupe.model.Node;
import io.bitloupe.qdq.FloatIsland;
import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.LoweredGraph;
import io.bitloupe.qdq.Operand;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.Codes;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.util.RecentlyUsed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says of every quantized tensor what its codes are computed from: a digest of the step that writes it, with its constants, and
 * of what it reads, back to the model's inputs. A change at one layer changes the digests of what depends on it, and no others.
 */
final class Provenance {

  private static final int KEPT_CONFIGURATIONS = 2;

  private final Map<String, String> digests = new HashMap<>();
  private final LoweredGraph lowered;
  private final RecentlyUsed<Step, String> contents;

  /**
   * Digests {@code lowered}.
   *
   * @param contents by integer step, the digest of what it is made of, for earlier configurations of the same model
   */
  Provenance(LoweredGraph lowered, RecentlyUsed<Step, String> contents) {
    this.lowered = lowered;
    this.contents = contents;
    for (Step step : lowered.steps()) {
      switch (step) {
        case IntegerStep integer -> digests.put(integer.output(), of(integer));
        case FloatIsland island -> {
          String digest = of(island);
          island.outputs().forEach(output -> digests.put(output, digest + output + params(output)));
        }
      }
    }
    contents.trim(KEPT_CONFIGURATIONS * lowered.steps().size());
  }

  /** The digest of {@code tensor}; empty where codes cannot be told apart by it: 16-bit and dynamic ones. */
  Optional<String> key(String tensor) {
    QuantParams params = lowered.activations().get(tensor);
    return params == null || params.format().containerBits() != Byte.SIZE || lowered.dynamic().contains(tensor)
        ? Optional.empty()
        : Optional.ofNullable(digests.get(tensor));
  }

  private String of(IntegerStep step) {
    MessageDigest digest = sha256();
    add(digest, contents.get(step, _ -> contents(step)));
    step.inputs().forEach(input -> add(digest, source(input) + params(input)));
    add(digest, params(step.output()) + lowered.requantization());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What a step is made of, without what it reads. */
  private static String contents(IntegerStep step) {
    MessageDigest digest = sha256();
    describe(digest, step.node());
    step.fused().forEach(node -> describe(digest, node));
    for (Operand operand : step.operands()) {
      switch (operand) {
        case Operand.Activation(String tensor) -> add(digest, tensor);
        case Operand.Constant(String tensor, var value) -> {
          add(digest, tensor + value.shape() + value.params());
          addCodes(digest, value.codes());
        }
      }
    }
    step.bias().ifPresent(bias -> addInts(digest, bias.codes()));
    add(digest, step.codeMin() + ":" + step.codeMax());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Digested anew each time: islands of equal nodes read other constants when their weights have another format. */
  private String of(FloatIsland island) {
    MessageDigest digest = sha256();
    add(digest, contents(island));
    island.inputs().forEach(input -> add(digest, source(input) + params(input)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private String contents(FloatIsland island) {
    MessageDigest digest = sha256();
    for (Node node : island.nodes()) {
      describe(digest, node);
      for (String input : GraphIndex.inputsWithCaptured(node)) {
        if (lowered.constants().containsKey(input)) {
          add(digest, input);
          digest.update(lowered.constants().get(input).buffer());
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** What is not computed by a step is an input of the model. */
  private String source(String tensor) {
    return digests.getOrDefault(tensor, tensor);
  }

  private String params(String tensor) {
    return String.valueOf(lowered.activations().get(tensor)) + lowered.dynamic().contains(tensor);
  }

  private static void describe(MessageDigest digest, Node node) {
    add(digest, node.domain() + node.opType() + node.inputs() + node.outputs() + new TreeMap<>(node.attributes()));
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static void addCodes(MessageDigest digest, Codes codes) {
    switch (codes) {
      case Codes.Bytes(byte[] values, boolean _) -> digest.update(values);
      case Codes.Shorts(short[] values, boolean _) -> {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES);
        bytes.asShortBuffer().put(values);
        digest.update(bytes);
      }
    }
  }

  private static void addInts(MessageDigest digest, int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
