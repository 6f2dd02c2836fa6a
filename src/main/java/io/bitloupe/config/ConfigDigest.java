package io.bitloupe.config;

import io.bitloupe.model.Model;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What identifies a measured configuration: the model, every choice, and the data that set the ranges. */
public final class ConfigDigest {

  private ConfigDigest() {}

  /** The digest of {@code config} for {@code model}; see {@link #of(String, QuantConfig, String)}. */
  public static String of(Model model, QuantConfig config, String calibrationDigest) {
    return of(model.sha256(), config, calibrationDigest);
  }

  /**
   * SHA-256, hexadecimal, of the model's digest, the canonical form of {@code config} and the calibration data's digest.
   *
   * @param modelSha256 digest of the model's file
   * @param config the configuration, resolved or not: the two have different digests
   * @param calibrationDigest digest of the calibration samples; empty where the configuration came resolved, without data
   */
  public static String of(String modelSha256, QuantConfig config, String calibrationDigest) {
    String text = String.join("\n", "bitloupe " + ConfigCodec.VERSION, modelSha256, ConfigCodec.canonical(config), calibrationDigest);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
