package io.bitloupe.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The contents of an idx file of unsigned bytes, plain or gzip-compressed (LeCun et al., the MNIST database).
 *
 * @param dimensions sizes, outermost first; at least one
 * @param bytes the elements, row-major
 */
record IdxFile(int[] dimensions, byte[] bytes) {

  private static final int UNSIGNED_BYTE = 8;

  /** Whether a file that starts like this is an idx file. */
  static boolean starts(byte[] head) {
    return head.length >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 8 && head[2] <= 14 && head[3] >= 1 && head[3] <= 4;
  }

  /**
   * Reads {@code path}.
   *
   * @throws io.bitloupe.model.InvalidInputException with one sentence when it is damaged or no such file
   */
  static IdxFile read(Path path) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path))) {
      file.mark(2);
      boolean compressed = file.read() == 0x1f && file.read() == 0x8b;
      file.reset();
      return compressed
          ? read(path, new BufferedInputStream(new GZIPInputStream(file)), Files.size(path), true)
          : read(path, file, Files.size(path), false);
    } catch (EOFException e) {
      throw Refusal.of(path, "it ends early", e);
    } catch (ZipException e) {
      throw Refusal.of(path, "its gzip compression is damaged", e);
    } catch (IOException e) {
      throw Refusal.of(path, Refusal.reason(e), e);
    }
  }

  private static IdxFile read(Path path, InputStream in, long fileBytes, boolean compressed) throws IOException {
    byte[] head = in.readNBytes(4);
    if (!starts(head)) {
      throw Refusal.of(path, "it is no idx file");
    }
    if (head[2] != UNSIGNED_BYTE) {
      throw Refusal.of(path, "its elements are not unsigned bytes");
    }
    int[] dimensions = new int[head[3]];
    long elements = 1;
    for (int axis = 0; axis < dimensions.length; axis++) {
      byte[] size = in.readNBytes(Integer.BYTES);
      if (size.length < Integer.BYTES) {
        throw new EOFException("the header ends early");
      }
      dimensions[axis] = java.nio.ByteBuffer.wrap(size).getInt();
      if (dimensions[axis] < 0) {
        throw Refusal.of(path, "its header claims a negative size");
      }
      elements = Math.multiplyHigh(elements, dimensions[axis]) != 0 ? -1 : elements * dimensions[axis];
      String problem = MemoryLimit.problem(elements);
      if (!problem.isEmpty()) {
        throw Refusal.of(path, problem);
      }
    }
    if (compressed ? !MemoryLimit.plausible(elements, fileBytes) : elements > fileBytes) {
      throw new EOFException("more claimed than the file can hold");
    }
    byte[] bytes = new byte[(int) elements];
    if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
      throw new EOFException("the elements end early");
    }
    if (in.read() >= 0) {
      throw Refusal.of(path, "it holds more than its header says (%s)".formatted(Arrays.toString(dimensions)));
    }
    return new IdxFile(dimensions, bytes);
  }
}
