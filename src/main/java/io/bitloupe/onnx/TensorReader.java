package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Turns the file's tensors into {@link Tensor}s, believing no claim that the bytes do not support.
 *
 * <p>A tensor of a type that Bitloupe only carries along ({@link DataType#OTHER}) holds ONNX's number of that type as an
 * int32 and then the elements as in the file.
 */
final class TensorReader {

  /** Dense bytes that a sparse tensor may unfold to: what it stores takes at least one of every thousand. */
  private static final long SPARSE_LIMIT = 256L << 20;

  private final ExternalData external;

  /** Reads external data through {@code external}. */
  TensorReader(ExternalData external) {
    this.external = external;
  }

  /** The value of {@code proto}. Bytes in the file are shared, not copied. */
  Tensor read(TensorProto proto) {
    String name = Text.quote(proto.getName());
    DataType type = DataTypes.of(proto.getDataType());
    int otherBytes = type == DataType.OTHER ? DataTypes.bytesOfOther(proto.getDataType()) : 0;
    if (type == DataType.OTHER && otherBytes == 0) {
      throw new InvalidModelException("the tensor %s has the unknown element type %d".formatted(name, proto.getDataType()));
    }
    Shape shape = shape(name, proto.getDimsList());
    if (proto.hasSegment()) {
      throw new InvalidModelException("the tensor %s is stored in segments, which no runtime reads".formatted(name));
    }
    if (type == DataType.STRING) {
      return strings(name, shape, proto);
    }
    long expected =
        type == DataType.OTHER ? Math.multiplyExact(shape.elements(), (long) otherBytes) : type.bytesFor(shape.elements());
    if (expected > Integer.MAX_VALUE - 64) {
      throw new InvalidModelException(
          "the tensor %s claims the shape %s, which is more than 2 GB".formatted(name, shape));
    }
    ByteBuffer data;
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      data = external.read(proto, expected);
    } else if (proto.hasRawData()) {
      data = raw(name, shape, type, expected, proto.getRawData());
    } else {
      data = typed(name, shape, type, expected, proto);
    }
    return type == DataType.OTHER ? other(proto.getDataType(), shape, data) : new Tensor(type, shape, data);
  }

  /** The dense value of {@code proto}. */
  Tensor read(SparseTensorProto proto) {
    String name = Text.quote(proto.getValues().getName());
    Tensor values = read(proto.getValues());
    Tensor indices = read(proto.getIndices());
    Shape shape = shape(name, proto.getDimsList());
    int bits = values.type().bits();
    if (values.type() == DataType.STRING || values.type() == DataType.OTHER || bits % 8 != 0 || indices.type() != DataType.INT64) {
      throw new InvalidModelException("the sparse tensor %s has element types that Bitloupe does not read".formatted(name));
    }
    if (values.type().bytesFor(shape.elements()) > SPARSE_LIMIT) {
      throw new InvalidModelException("the sparse tensor %s claims the shape %s, which is too large".formatted(name, shape));
    }
    int width = bits / 8;
    int count = values.elements();
    long[] positions = indices.integers();
    boolean linear = indices.shape().rank() == 1;
    if (positions.length != (linear ? count : (long) count * shape.rank())) {
      throw new InvalidModelException("the sparse tensor %s has %d values but other indices".formatted(name, count));
    }
    ByteBuffer dense = ByteBuffer.allocate(Math.toIntExact(values.type().bytesFor(shape.elements())));
    ByteBuffer source = values.buffer();
    for (int i = 0; i < count; i++) {
      long position = 0;
      if (linear) {
        position = positions[i];
      } else {
        for (int axis = 0; axis < shape.rank(); axis++) {
          long index = positions[i * shape.rank() + axis];
          position = index < 0 || index >= shape.dim(axis) ? -1 : position < 0 ? position : position * shape.dim(axis) + index;
        }
      }
      if (position < 0 || position >= shape.elements()) {
        throw new InvalidModelException("the sparse tensor %s has an index outside its shape %s".formatted(name, shape));
      }
      dense.put((int) position * width, source, i * width, width);
    }
    return new Tensor(values.type(), shape, dense);
  }

  /** The shape of {@code dims}, refused where a dimension is negative or the product is beyond any memory. */
  static Shape shape(String name, List<Long> dims) {
    if (dims.size() > 64) {
      throw new InvalidModelException("the tensor %s claims %d dimensions".formatted(name, dims.size()));
    }
    long[] dimensions = dims.stream().mapToLong(Long::longValue).toArray();
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new InvalidModelException("the tensor %s has the negative dimension %d".formatted(name, dimension));
      }
    }
    try {
      Shape shape = Shape.ofLongs(dimensions);
      if (shape.elements() > 1L << 40) {
        throw new ArithmeticException("too many elements");
      }
      return shape;
    } catch (ArithmeticException e) {
      throw new InvalidModelException("the tensor %s claims dimensions beyond any memory".formatted(name), e);
    }
  }

  private static ByteBuffer raw(String name, Shape shape, DataType type, long expected, ByteString bytes) {
    if (bytes.size() != expected) {
      throw new InvalidModelException(
          "the tensor %s of type %s claims the shape %s, which takes %d bytes, but holds %d"
              .formatted(name, type, shape, expected, bytes.size()));
    }
    return bytes.asReadOnlyByteBuffer();
  }

  private static ByteBuffer typed(String name, Shape shape, DataType type, long expected, TensorProto proto) {
    int count =
        switch (type) {
          case FLOAT -> proto.getFloatDataCount();
          case DOUBLE -> proto.getDoubleDataCount();
          case INT64 -> proto.getInt64DataCount();
          case UINT32, UINT64 -> proto.getUint64DataCount();
          case OTHER -> 0;
          default -> proto.getInt32DataCount();
        };
    long needed = type.bits() == 4 ? expected : shape.elements();
    if (count != needed) {
      throw new InvalidModelException(
          "the tensor %s of type %s claims the shape %s but holds %d elements".formatted(name, type, shape, count));
    }
    ByteBuffer data = ByteBuffer.allocate((int) expected).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT -> data.putFloat(proto.getFloatData(i));
        case DOUBLE -> data.putDouble(proto.getDoubleData(i));
        case INT64 -> data.putLong(proto.getInt64Data(i));
        case UINT64 -> data.putLong(proto.getUint64Data(i));
        case UINT32 -> data.putInt((int) proto.getUint64Data(i));
        case INT32 -> data.putInt(proto.getInt32Data(i));
        case INT16, UINT16, FLOAT16, BFLOAT16 -> data.putShort((short) proto.getInt32Data(i));
        default -> data.put((byte) proto.getInt32Data(i));
      }
    }
    return data.flip();
  }

  private static Tensor strings(String name, Shape shape, TensorProto proto) {
    if (proto.getStringDataCount() != shape.elements()) {
      throw new InvalidModelException(
          "the tensor %s claims the shape %s but holds %d strings".formatted(name, shape, proto.getStringDataCount()));
    }
    long bytes = 0;
    for (ByteString string : proto.getStringDataList()) {
      bytes += Integer.BYTES + string.size();
    }
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (ByteString string : proto.getStringDataList()) {
      data.putInt(string.size());
      string.copyTo(data);
    }
    return new Tensor(DataType.STRING, shape, data.flip());
  }

  private static Tensor other(int number, Shape shape, ByteBuffer elements) {
    ByteBuffer data = ByteBuffer.allocate(Integer.BYTES + elements.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return new Tensor(DataType.OTHER, shape, data.putInt(number).put(elements).flip());
  }
}
