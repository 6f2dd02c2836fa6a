package io.bitloupe.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What identifies a configuration of a model. */
public final class ConfigDigest {

  private ConfigDigest() {}

  /**
   * SHA-256, hexadecimal, of the model's digest and the canonical form of {@code config}.
   *
   * @param modelSha256 digest of the model's file
   * @param config the configuration, resolved or not: the two have different digests
   */
  public static String of(String modelSha256, QuantConfig config) {
    String text = String.join("\n", "bitloupe " + ConfigCodec.VERSION, modelSha256, ConfigCodec.canonical(config));
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
