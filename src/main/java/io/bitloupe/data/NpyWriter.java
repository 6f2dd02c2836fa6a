package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes one array in NumPy's format (NEP 1, version 1.0), row-major and little-endian, part by part along the leading dimension.
 * The file is complete when this is closed.
 */
public final class NpyWriter implements Closeable {

  /** Room for the header, which says how long the array became. */
  private static final int HEADER_BYTES = 192;

  private static final int LENGTH_BYTES = Short.BYTES;

  private static final Map<DataType, String> TYPES =
      Map.ofEntries(
          Map.entry(DataType.FLOAT16, "<f2"),
          Map.entry(DataType.FLOAT, "<f4"),
          Map.entry(DataType.DOUBLE, "<f8"),
          Map.entry(DataType.INT8, "|i1"),
          Map.entry(DataType.INT16, "<i2"),
          Map.entry(DataType.INT32, "<i4"),
          Map.entry(DataType.INT64, "<i8"),
          Map.entry(DataType.UINT8, "|u1"),
          Map.entry(DataType.UINT16, "<u2"),
          Map.entry(DataType.UINT32, "<u4"),
          Map.entry(DataType.UINT64, "<u8"),
          Map.entry(DataType.BOOL, "|b1"));

  private final String name;
  private final FileChannel file;
  private Optional<Tensor> first = Optional.empty();
  private long rows;

  /**
   * Starts the array.
   *
   * @param name what the array is called in complaints
   */
  public NpyWriter(Path file, String name) throws IOException {
    this.name = name;
    this.file = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    this.file.position(HEADER_BYTES);
  }

  /**
   * Appends {@code part} along the leading dimension.
   *
   * @throws InvalidInputException when its type or its other dimensions are not those of the parts before, or NumPy lacks the type
   */
  public void write(Tensor part) throws IOException {
    if (!TYPES.containsKey(part.type())) {
      throw new InvalidInputException("%s cannot be written as a NumPy array: its type is %s.".formatted(name, part.type()));
    }
    Tensor model = first.orElse(part);
    first = Optional.of(model);
    if (model.type() != part.type() || !Arrays.equals(inner(model.shape()), inner(part.shape()))) {
      throw new InvalidInputException(
          "%s cannot be written as one array: it is %s for some samples and %s for others."
              .formatted(name, model.shape(), part.shape()));
    }
    rows += part.shape().rank() == 0 ? 1 : part.shape().dim(0);
    ByteBuffer bytes = part.buffer();
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    try (file) {
      String type = first.map(part -> TYPES.getOrDefault(part.type(), "")).orElse("<f4");
      String dimensions =
          rows + "," + Arrays.stream(first.map(part -> inner(part.shape())).orElse(new int[0])).mapToObj(Integer::toString)
              .collect(Collectors.joining(","));
      String header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, dimensions);
      int prefix = NpyReader.MAGIC.length + 2 + LENGTH_BYTES;
      byte[] text = (header + " ".repeat(HEADER_BYTES - prefix - header.length() - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
      ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
      bytes.put(NpyReader.MAGIC).put((byte) 1).put((byte) 0);
      bytes.put((byte) text.length).put((byte) (text.length >> Byte.SIZE)).put(text).flip();
      file.write(bytes, 0);
    }
  }

  private static int[] inner(Shape shape) {
    int[] all = shape.toArray();
    return all.length == 0 ? all : Arrays.copyOfRange(all, 1, all.length);
  }
}
