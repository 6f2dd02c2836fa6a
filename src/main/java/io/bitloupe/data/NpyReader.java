package io.bitloupe.data;

import io.bitloupe.model.DataType;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one array in NumPy's format (NEP 1, versions 1.0 to 3.0) into row-major, little-endian order. Pickled objects,
 * structures, strings and complex numbers are refused.
 */
final class NpyReader {

  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int LARGEST_HEADER = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])(\\d+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,L]*)\\)");

  private static final Map<String, DataType> TYPES =
      Map.ofEntries(
          Map.entry("f2", DataType.FLOAT16),
          Map.entry("f4", DataType.FLOAT),
          Map.entry("f8", DataType.DOUBLE),
          Map.entry("i1", DataType.INT8),
          Map.entry("i2", DataType.INT16),
          Map.entry("i4", DataType.INT32),
          Map.entry("i8", DataType.INT64),
          Map.entry("u1", DataType.UINT8),
          Map.entry("u2", DataType.UINT16),
          Map.entry("u4", DataType.UINT32),
          Map.entry("u8", DataType.UINT64),
          Map.entry("b1", DataType.BOOL));

  /** Something is wrong with the array; the message goes on from a colon and has no full stop. */
  static final class FormatException extends IOException {
    private static final long serialVersionUID = 1L;

    FormatException(String reason) {
      super(reason);
    }
  }

  private NpyReader() {}

  /**
   * Reads the array at the start of {@code in}.
   *
   * @param mostBytes upper bound of what {@code in} can hold, header included
   * @throws FormatException when this is no array that can be used
   * @throws EOFException when it ends early
   */
  static Tensor read(InputStream in, long mostBytes) throws IOException {
    String header = header(in);
    Matcher type = find(TYPE, header, "its type is not a plain number");
    DataType dataType = TYPES.getOrDefault(type.group(2) + type.group(3), DataType.OTHER);
    if (dataType == DataType.OTHER) {
      throw new FormatException("its type %s%s is not a plain number".formatted(type.group(2), type.group(3)));
    }
    boolean columnMajor = find(ORDER, header, "its header does not say the order").group(1).equals("True");
    int[] dimensions = dimensions(find(SHAPE, header, "its header does not say the shape").group(1));
    long bytes = bytes(dimensions, dataType);
    if (bytes > mostBytes) {
      throw new EOFException("the array ends early");
    }
    String problem = MemoryLimit.problem(bytes);
    if (!problem.isEmpty()) {
      throw new FormatException(problem);
    }
    byte[] data = new byte[(int) bytes];
    if (in.readNBytes(data, 0, data.length) < data.length) {
      throw new EOFException("the array ends early");
    }
    int size = dataType.bits() / Byte.SIZE;
    if (type.group(1).equals(">")) {
      reverse(data, size);
    }
    return new Tensor(
        dataType, Shape.of(dimensions), ByteBuffer.wrap(columnMajor ? rowMajor(data, size, dimensions) : data));
  }

  private static String header(InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new FormatException("it is no NumPy array");
    }
    int lengthBytes = start[MAGIC.length] == 1 ? 2 : 4;
    byte[] encoded = in.readNBytes(lengthBytes);
    long length = 0;
    for (int i = encoded.length - 1; i >= 0; i--) {
      length = length << Byte.SIZE | Byte.toUnsignedInt(encoded[i]);
    }
    if (encoded.length < lengthBytes || length > LARGEST_HEADER) {
      throw new FormatException("its header is damaged");
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw new EOFException("the header ends early");
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  private static Matcher find(Pattern pattern, String header, String otherwise) throws FormatException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new FormatException(otherwise);
    }
    return matcher;
  }

  private static int[] dimensions(String list) throws FormatException {
    try {
      return Arrays.stream(list.split(","))
          .map(text -> text.replace("L", "").strip())
          .filter(text -> !text.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new FormatException("its shape (%s) is not one that can be read".formatted(list.strip()));
    }
  }

  private static long bytes(int[] dimensions, DataType type) throws FormatException {
    try {
      return Math.multiplyExact(Shape.of(dimensions).elements(), (long) (type.bits() / Byte.SIZE));
    } catch (ArithmeticException e) {
      throw new FormatException("its shape %s is too large".formatted(Arrays.toString(dimensions)));
    }
  }

  private static void reverse(byte[] data, int size) {
    for (int at = 0; at < data.length; at += size) {
      for (int left = at, right = at + size - 1; left < right; left++, right--) {
        byte kept = data[left];
        data[left] = data[right];
        data[right] = kept;
      }
    }
  }

  /** Elements with the first index running fastest, brought to the order with the last index running fastest. */
  private static byte[] rowMajor(byte[] data, int size, int[] dimensions) {
    byte[] ordered = new byte[data.length];
    int[] strides = new int[dimensions.length];
    int stride = size;
    for (int axis = 0; axis < dimensions.length; axis++) {
      strides[axis] = stride;
      stride *= dimensions[axis];
    }
    int[] index = new int[dimensions.length];
    int from = 0;
    for (int to = 0; to < data.length; to += size) {
      System.arraycopy(data, from, ordered, to, size);
      for (int axis = dimensions.length - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++index[axis] < dimensions[axis]) {
          break;
        }
        from -= strides[axis] * dimensions[axis];
        index[axis] = 0;
      }
    }
    return ordered;
  }
}
