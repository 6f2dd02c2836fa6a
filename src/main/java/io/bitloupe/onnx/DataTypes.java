package io.bitloupe.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.bitloupe.model.DataType;

/** ONNX's numbers for element types. */
final class DataTypes {

  private DataTypes() {}

  /** The element type that ONNX gives {@code number}; OTHER for what Bitloupe only carries along. */
  static DataType of(int number) {
    return switch (number) {
      case TensorProto.DataType.FLOAT_VALUE -> DataType.FLOAT;
      case TensorProto.DataType.DOUBLE_VALUE -> DataType.DOUBLE;
      case TensorProto.DataType.FLOAT16_VALUE -> DataType.FLOAT16;
      case TensorProto.DataType.BFLOAT16_VALUE -> DataType.BFLOAT16;
      case TensorProto.DataType.INT4_VALUE -> DataType.INT4;
      case TensorProto.DataType.UINT4_VALUE -> DataType.UINT4;
      case TensorProto.DataType.INT8_VALUE -> DataType.INT8;
      case TensorProto.DataType.UINT8_VALUE -> DataType.UINT8;
      case TensorProto.DataType.INT16_VALUE -> DataType.INT16;
      case TensorProto.DataType.UINT16_VALUE -> DataType.UINT16;
      case TensorProto.DataType.INT32_VALUE -> DataType.INT32;
      case TensorProto.DataType.UINT32_VALUE -> DataType.UINT32;
      case TensorProto.DataType.INT64_VALUE -> DataType.INT64;
      case TensorProto.DataType.UINT64_VALUE -> DataType.UINT64;
      case TensorProto.DataType.BOOL_VALUE -> DataType.BOOL;
      case TensorProto.DataType.STRING_VALUE -> DataType.STRING;
      default -> DataType.OTHER;
    };
  }

  /** ONNX's number for {@code type}; 0, which means undefined, for OTHER. */
  static int number(DataType type) {
    return switch (type) {
      case FLOAT -> TensorProto.DataType.FLOAT_VALUE;
      case DOUBLE -> TensorProto.DataType.DOUBLE_VALUE;
      case FLOAT16 -> TensorProto.DataType.FLOAT16_VALUE;
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16_VALUE;
      case INT4 -> TensorProto.DataType.INT4_VALUE;
      case UINT4 -> TensorProto.DataType.UINT4_VALUE;
      case INT8 -> TensorProto.DataType.INT8_VALUE;
      case UINT8 -> TensorProto.DataType.UINT8_VALUE;
      case INT16 -> TensorProto.DataType.INT16_VALUE;
      case UINT16 -> TensorProto.DataType.UINT16_VALUE;
      case INT32 -> TensorProto.DataType.INT32_VALUE;
      case UINT32 -> TensorProto.DataType.UINT32_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      case UINT64 -> TensorProto.DataType.UINT64_VALUE;
      case BOOL -> TensorProto.DataType.BOOL_VALUE;
      case STRING -> TensorProto.DataType.STRING_VALUE;
      case OTHER -> TensorProto.DataType.UNDEFINED_VALUE;
    };
  }

  /** Bytes of one element of a type that Bitloupe only carries along, by ONNX's number; 0 where that number is unknown. */
  static int bytesOfOther(int number) {
    return switch (number) {
      case TensorProto.DataType.COMPLEX64_VALUE -> 8;
      case TensorProto.DataType.COMPLEX128_VALUE -> 16;
      case TensorProto.DataType.FLOAT8E4M3FN_VALUE,
          TensorProto.DataType.FLOAT8E4M3FNUZ_VALUE,
          TensorProto.DataType.FLOAT8E5M2_VALUE,
          TensorProto.DataType.FLOAT8E5M2FNUZ_VALUE ->
          1;
      default -> 0;
    };
  }
}
