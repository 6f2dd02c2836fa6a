package io.bitloupe.exec;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import io.bitloupe.onnx.OnnxWriter;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Opens sessions of ONNX Runtime and carries tensors in and out of it. */
public final class OrtSessions {

  /** Bytes of a cache line, at whose starts vectors load fastest. */
  private static final long LINE = 64;

  private OrtSessions() {}

  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = make();

    private Holder() {}

    private static OrtEnvironment make() {
      NativeHeap.giveBackWhatIsFreed();
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "bitloupe");
    }
  }

  /** The one environment of this process. It logs nothing: what it would say arrives as an exception. */
  public static OrtEnvironment environment() {
    return Holder.ENVIRONMENT;
  }

  /** Version of ONNX Runtime. */
  public static String version() {
    return environment().getVersion();
  }

  /**
   * Opens {@code graph}.
   *
   * @param level how much ONNX Runtime may rewrite the graph
   * @param threads threads that one run uses, the calling one included
   * @throws InvalidModelException with one sentence, when ONNX Runtime refuses the graph
   */
  public static OrtSession open(Graph graph, OptLevel level, int threads) {
    return open(OnnxWriter.toBytes(graph), level, threads);
  }

  /** Opens the ONNX file {@code model}; see {@link #open(Graph, OptLevel, int)}. */
  public static OrtSession open(byte[] model, OptLevel level, int threads) {
    return open(model, level, threads, true);
  }

  /**
   * As {@link #open(byte[], OptLevel, int)}, for a run or two: what they take is given back to the system after each. Otherwise it is kept
   * for the next run, in steps of powers of two.
   */
  static OrtSession openOnce(byte[] model, OptLevel level, int threads) {
    return open(model, level, threads, false);
  }

  private static OrtSession open(byte[] model, OptLevel level, int threads, boolean keepsMemory) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setCPUArenaAllocator(keepsMemory);
      options.setOptimizationLevel(level);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return environment().createSession(model, options);
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  /**
   * Carries {@code tensor} over; the caller closes the result.
   *
   * @param arena where its elements are copied to; it stays open until the result is closed
   * @throws InvalidModelException for a type that ONNX Runtime's Java binding cannot be given
   */
  public static OnnxTensor toOnnx(Tensor tensor, Arena arena) {
    long[] shape = tensor.shape().toLongs();
    try {
      if (tensor.type() == DataType.STRING) {
        return OnnxTensor.createTensor(environment(), strings(tensor), shape);
      }
      OnnxJavaType type =
          switch (tensor.type()) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            default ->
                throw new InvalidModelException(
                    "An input of type %s cannot be fed to ONNX Runtime from Java.".formatted(tensor.type()));
          };
      ByteBuffer data = arena.allocate(tensor.data().limit(), LINE).asByteBuffer().order(ByteOrder.nativeOrder());
      data.put(tensor.buffer()).flip();
      return OnnxTensor.createTensor(environment(), data, shape, type);
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  /** A copy of {@code tensor}. */
  public static Tensor toTensor(OnnxTensor tensor) {
    Shape shape = Shape.ofLongs(tensor.getInfo().getShape());
    DataType type = typeOf(tensor.getInfo().onnxType);
    if (type == DataType.STRING) {
      return strings(shape, tensor);
    }
    if (shape.elements() == 0) {
      return new Tensor(type, shape, ByteBuffer.allocate(0));
    }
    return new Tensor(type, shape, tensor.getByteBuffer());
  }

  /** The element type that ONNX Runtime calls {@code type}. */
  public static DataType typeOf(OnnxTensorType type) {
    return switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FLOAT;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.DOUBLE;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BFLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DataType.UINT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> DataType.UINT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> DataType.UINT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.STRING;
      default -> DataType.OTHER;
    };
  }

  /** ONNX Runtime's complaint as one sentence that names the operator where there is one. */
  public static InvalidModelException refused(OrtException exception) {
    return new InvalidModelException(OrtMessages.sentence(String.valueOf(exception.getMessage())), exception);
  }

  private static String[] strings(Tensor tensor) {
    String[] values = new String[tensor.elements()];
    ByteBuffer data = tensor.buffer();
    for (int i = 0; i < values.length; i++) {
      byte[] bytes = new byte[data.getInt()];
      data.get(bytes);
      values[i] = new String(bytes, StandardCharsets.UTF_8);
    }
    return values;
  }

  private static Tensor strings(Shape shape, OnnxTensor tensor) {
    try {
      Object value = tensor.getValue();
      byte[][] encoded = new byte[Math.toIntExact(shape.elements())][];
      int count = flatten(value, encoded, 0);
      int bytes = 0;
      for (int i = 0; i < count; i++) {
        bytes += Integer.BYTES + encoded[i].length;
      }
      ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        data.putInt(encoded[i].length).put(encoded[i]);
      }
      return new Tensor(DataType.STRING, shape, data.flip());
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  private static int flatten(Object value, byte[][] into, int position) {
    if (value instanceof Object[] values) {
      int next = position;
      for (Object inner : values) {
        next = flatten(inner, into, next);
      }
      return next;
    }
    into[position] = String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    return position + 1;
  }
}
