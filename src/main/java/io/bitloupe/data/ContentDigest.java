package io.bitloupe.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over parts, each preceded by its length, so that no two lists of parts run together. */
final class ContentDigest {

  private final MessageDigest digest = sha256();

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Hexadecimal SHA-256 of {@code text} in UTF-8. */
  static String of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  ContentDigest add(String text) {
    return add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  ContentDigest add(int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return add(bytes);
  }

  ContentDigest add(ByteBuffer bytes) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes.remaining()));
    digest.update(bytes);
    return this;
  }

  /** The digest, hexadecimal; no part can be added after it. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
