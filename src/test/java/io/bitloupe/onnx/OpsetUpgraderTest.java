package io.bitloupe.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.exec.OrtEvaluator;
import io.bitloupe.model.Attribute;
import io.bitloupe.model.DataType;
import io.bitloupe.model.Graph;
import io.bitloupe.model.InvalidModelException;
import io.bitloupe.model.Node;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpsetUpgraderTest {

  private static Named<Graph> test(String name, TestGraph graph) {
    return Named.of(name, graph.build());
  }

  private static TestGraph one(int opset, String opType, int[] shape, Object... attributes) {
    return new TestGraph(opset).input("x", shape).node(opType, "x", "y", attributes).output("y");
  }

  private static int[] shape(int... sizes) {
    return sizes;
  }

  static Stream<Named<Graph>> graphs() {
    return Stream.of(
            Stream.of(
                test("Clip 6", one(7, "Clip", shape(3, 5), "min", -0.5f, "max", 0.25f)),
                test("Clip 6, lower bound only", one(10, "Clip", shape(3, 5), "min", 0f)),
                test("Clip 6, upper bound only", one(10, "Clip", shape(3, 5), "max", 0.5f)),
                test("Clip 6 without bounds", one(9, "Clip", shape(3, 5))),
                test("Clip 6 of halves", cast(9, 10, "Clip", "min", -0.5f, "max", 0.25f)),
                test("Pad 2", one(7, "Pad", shape(1, 2, 3), "pads", shape(0, 0, 1, 0, 1, 2))),
                test("Pad 2 with a value", one(8, "Pad", shape(2, 3), "pads", shape(0, 1, 1, 0), "value", 7f)),
                test("Pad 2 reflecting", one(8, "Pad", shape(4, 5), "pads", shape(1, 1, 1, 1), "mode", "reflect")),
                test("Pad 2 removing", one(9, "Pad", shape(4, 5), "pads", shape(0, -1, 1, 0))),
                test("Pad 2 at the edge", one(10, "Pad", shape(4, 5), "pads", shape(1, 1, 1, 1), "mode", "edge")),
                test("Squeeze 1", one(7, "Squeeze", shape(1, 3, 1), "axes", shape(0, 2))),
                test("Squeeze 1 of every 1", one(7, "Squeeze", shape(1, 3, 1))),
                test("Squeeze 11", one(11, "Squeeze", shape(1, 3, 1), "axes", shape(-1))),
                test("Unsqueeze 1", one(7, "Unsqueeze", shape(3, 2), "axes", shape(0, 3))),
                test("Unsqueeze 11", one(12, "Unsqueeze", shape(3, 2), "axes", shape(-1))),
                test("Split 2", split(7, 6, "split", shape(1, 2, 3), "axis", 1)),
                test("Split 2 into equal parts", split(8, 6, "axis", 1)),
                test("Split 11 from the end", split(11, 6, "axis", -1)),
                test("Split 13 into equal parts", split(13, 6, "axis", 1)),
                test("Slice 1", one(7, "Slice", shape(4, 6), "starts", shape(1, 0), "ends", shape(3, -1), "axes", shape(0, 1))),
                test("Slice 1 of leading axes", one(9, "Slice", shape(4, 6), "starts", shape(2), "ends", shape(4))),
                test(
                    "Slice 1 to the end",
                    one(9, "Slice", shape(4, 6), "starts", new long[] {-2}, "ends", new long[] {Long.MAX_VALUE}, "axes", shape(1))),
                test("TopK 1", new TestGraph(9).input("x", 3, 7).node("TopK", "x", "y,i", "k", 3, "axis", 1).output("y", "i")),
                test(
                    "TopK 10",
                    new TestGraph(10).input("x", 3, 7).longs("k", 2).node("TopK", "x,k", "y,i", "axis", 0).output("y", "i")),
                test("Dropout 7", one(7, "Dropout", shape(3, 4), "ratio", 0.3f)),
                test("Dropout 7 with its mask", new TestGraph(7).input("x", 3).node("Dropout", "x", "y,m").output("y", "m")),
                test("Dropout 10 with its mask", new TestGraph(10).input("x", 3).node("Dropout", "x", "y,m").output("y", "m")),
                test(
                    "Gemm 7",
                    new TestGraph(7)
                        .input("x", 3, 4)
                        .random("w", 4, 5)
                        .random("b", 5)
                        .node("Gemm", "x,w,b", "y", "alpha", 0.5f)
                        .output("y")),
                test(
                    "Gemm 9 with a column",
                    new TestGraph(9)
                        .input("x", 3, 4)
                        .random("w", 5, 4)
                        .random("b", 3, 1)
                        .node("Gemm", "x,w,b", "y", "transB", 1, "beta", 2f)
                        .output("y")),
                test("Cast 6", new TestGraph(7).input("x", 3, 4).node("Cast", "x", "y", "to", 7).output("y")),
                test("Cast 9", new TestGraph(9).input("x", 3, 4).node("Cast", "x", "y", "to", 9).output("y")),
                test("Flatten 1", one(7, "Flatten", shape(2, 3, 4, 5), "axis", 2)),
                test("Flatten 9 from 0", one(9, "Flatten", shape(2, 3, 4), "axis", 0)),
                test("Add 7", new TestGraph(7).input("a", 2, 3, 4).input("b", 3, 1).node("Add", "a,b", "y").output("y")),
                test("Mul, Sub, Div 7", arithmetic()),
                test(
                    "Sum, Max, Min, Mean 6",
                    new TestGraph(7)
                        .input("a", 2, 3)
                        .input("b", 2, 3)
                        .node("Sum", "a,b", "s")
                        .node("Max", "s,a", "u")
                        .node("Min", "u,b", "v")
                        .node("Mean", "v,a,s", "y")
                        .output("y")),
                test("Pow 7", new TestGraph(7).input("x", 2, 3).floats("p", shape(), 2).node("Pow", "x,p", "y").output("y")),
                test("Equal 7", new TestGraph(7)
                    .input("a", DataType.INT64, 4)
                    .longs("b", 0, 0, 1, 1)
                    .node("Equal", "a,b", "y")
                    .output("y")),
                test("Greater 7", new TestGraph(7).input("a", 4).random("b", 4).node("Greater", "a,b", "y").output("y")),
                test("PRelu 7", new TestGraph(7).input("x", 2, 3, 4).random("s", 3, 1).node("PRelu", "x,s", "y").output("y")),
                test(
                    "Gather 1",
                    new TestGraph(7).input("x", 4, 3).longs("i", 0, 3, 1).node("Gather", "x,i", "y", "axis", 0).output("y")),
                test(
                    "Gather 11 from the end",
                    new TestGraph(11).input("x", 4, 3).longs("i", -1, 2).node("Gather", "x,i", "y", "axis", -1).output("y")),
                test(
                    "Scatter 9",
                    new TestGraph(9)
                        .input("x", 1, 5)
                        .constant("i", Tensor.ofLongs(Shape.of(1, 2), 1, 3))
                        .input("u", 1, 2)
                        .node("Scatter", "x,i,u", "y", "axis", 1)
                        .output("y")),
                test(
                    "OneHot 9",
                    new TestGraph(9)
                        .input("i", DataType.INT64, 2, 3)
                        .longs("d", 4)
                        .floats("v", shape(2), 0, 1)
                        .node("OneHot", "i,d,v", "y", "axis", -1)
                        .output("y")),
                test("CumSum 11", new TestGraph(11)
                    .input("x", 2, 5)
                    .constant("a", Tensor.ofLongs(Shape.scalar(), 1))
                    .node("CumSum", "x,a", "y")
                    .output("y")),
                test("Expand 8", new TestGraph(8).input("x", 3, 1).longs("s", 2, 3, 4).node("Expand", "x,s", "y").output("y")),
                test("Constant and Shape 1", shapes()),
                test("ArgMax 1", new TestGraph(7).input("x", 3, 4).node("ArgMax", "x", "y", "axis", 1, "keepdims", 0).output("y")),
                test("InstanceNormalization 6", new TestGraph(7)
                    .input("x", 2, 3, 4, 4)
                    .random("s", 3)
                    .random("b", 3)
                    .node("InstanceNormalization", "x,s,b", "y")
                    .output("y")),
                test("LRN 1", one(7, "LRN", shape(1, 5, 3, 3), "size", 3)),
                test("ImageScaler", one(7, "ImageScaler", shape(1, 3, 2, 2), "scale", 0.5f, "bias", new float[] {1, -2, 3})),
                test("DepthToSpace 1", one(10, "DepthToSpace", shape(1, 8, 2, 3), "blocksize", 2)),
                test("LeakyRelu, Elu, Selu 6", chain(7, "LeakyRelu", "Elu", "Selu", "HardSigmoid", "Softplus", "Softsign"))),
            pools(),
            resizes(),
            normalizations(),
            softmaxes(),
            reductions(),
            controlFlow(),
            newer())
        .flatMap(tests -> tests);
  }

  private static TestGraph cast(int opset, int number, String opType, Object... attributes) {
    return new TestGraph(opset)
        .input("x", 3, 5)
        .node("Cast", "x", "c", "to", number)
        .node(opType, "c", "d", attributes)
        .node("Cast", "d", "y", "to", 1)
        .output("y");
  }

  private static TestGraph split(int opset, int size, Object... attributes) {
    return new TestGraph(opset).input("x", 2, size).node("Split", "x", "a,b,c", attributes).output("a", "b", "c");
  }

  private static TestGraph arithmetic() {
    return new TestGraph(7)
        .input("a", 2, 3)
        .input("b", 3)
        .node("Mul", "a,b", "m")
        .node("Sub", "m,b", "s")
        .node("Div", "s,a", "y")
        .output("y");
  }

  private static TestGraph shapes() {
    return new TestGraph(7)
        .input("x", -1, 3, 4)
        .node("Shape", "x", "s")
        .node("Constant", "", "zero", "value", Tensor.ofLongs(Shape.of(1), 0))
        .node("Gather", "s,zero", "n")
        .node("Constant", "", "rest", "value", Tensor.ofLongs(Shape.of(1), -1))
        .node("Concat", "n,rest", "target", "axis", 0)
        .node("Reshape", "x,target", "y")
        .output("y");
  }

  private static TestGraph chain(int opset, String... opTypes) {
    TestGraph graph = new TestGraph(opset).input("t0", 3, 4);
    for (int i = 0; i < opTypes.length; i++) {
      graph.node(opTypes[i], "t" + i, "t" + (i + 1));
    }
    return graph.output("t" + opTypes.length);
  }

  private static Stream<Named<Graph>> pools() {
    int[] image = shape(1, 2, 7, 6);
    return Stream.of(7, 8, 10, 11, 12, 18)
        .flatMap(
            opset ->
                Stream.concat(
                    Stream.of(
                        test(
                            "MaxPool of opset " + opset,
                            one(opset, "MaxPool", image, "kernel_shape", shape(3, 2), "strides", shape(2, 2), "pads", shape(1, 0, 1, 0))),
                        test("AveragePool of opset " + opset, one(
                            opset, "AveragePool", image, "kernel_shape", shape(3, 3), "strides", shape(2, 1), "pads", shape(1, 1, 1, 1))),
                        test(
                            "AveragePool counting pads, of opset " + opset,
                            one(
                                opset,
                                "AveragePool",
                                image,
                                "kernel_shape",
                                shape(3, 3),
                                "pads",
                                shape(1, 1, 1, 1),
                                "count_include_pad",
                                1)),
                        test(
                            "MaxPool of equal size, of opset " + opset,
                            one(opset, "MaxPool", image, "kernel_shape", shape(3, 3), "strides", shape(2, 2), "auto_pad", "SAME_UPPER"))),
                    opset < 10
                        ? Stream.of()
                        : Stream.of(
                            test(
                                "AveragePool rounding up, of opset " + opset,
                                one(opset, "AveragePool", image, "kernel_shape", shape(3, 3), "strides", shape(2, 2), "ceil_mode", 1)),
                            test(
                                "AveragePool rounding up and counting pads, of opset " + opset,
                                one(
                                    opset, "AveragePool", image,
                                    "kernel_shape", shape(3, 3), "strides", shape(2, 2), "pads", shape(1, 1, 1, 1),
                                    "ceil_mode", 1, "count_include_pad", 1)),
                            test(
                                "MaxPool with dilations, of opset " + opset,
                                one(opset, "MaxPool", image, "kernel_shape", shape(2, 2), "dilations", shape(2, 2), "ceil_mode", 1)))));
  }

  private static Stream<Named<Graph>> resizes() {
    int[] image = shape(1, 2, 4, 6);
    return Stream.concat(
        Stream.of(
            test("Upsample 7 to the nearest", one(7, "Upsample", image, "scales", new float[] {1, 1, 2, 3}, "mode", "nearest")),
            test("Upsample 7 linearly", one(8, "Upsample", image, "scales", new float[] {1, 1, 2, 1.5f}, "mode", "linear")),
            test("Upsample 9 to the nearest", resize(9, "Upsample", "nearest", 1, 1, 2, 2.5f)),
            test("Upsample 9 linearly", resize(9, "Upsample", "linear", 1, 1, 2, 2)),
            test("Resize 10 growing", resize(10, "Resize", "nearest", 1, 1, 1.7f, 2)),
            test("Resize 10 shrinking", resize(10, "Resize", "nearest", 1, 1, 0.6f, 0.5f)),
            test("Resize 10 growing and shrinking", resize(10, "Resize", "nearest", 1, 1, 2.5f, 0.4f)),
            test("Resize 10 linearly", resize(10, "Resize", "linear", 1, 1, 1.7f, 2)),
            test("Resize 10 linearly shrinking", resize(10, "Resize", "linear", 1, 1, 0.5f, 0.7f))),
        Stream.of("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "tf_half_pixel_for_nn")
            .flatMap(
                mode ->
                    Stream.of(
                        test("Resize 11 by scales, " + mode, resize11(11, mode, "nearest", "floor", true)),
                        test("Resize 12 by sizes, " + mode, resize11(12, mode, "nearest", "floor", false)),
                        test(
                            "Resize 12 linearly, " + mode,
                            resize11(12, mode.startsWith("tf") ? "half_pixel" : mode, "linear", "round_prefer_floor", true)),
                        test(
                            "Resize 13 cubic, " + mode,
                            resize11(13, mode.startsWith("tf") ? "half_pixel" : mode, "cubic", "round_prefer_floor", true)))));
  }

  private static TestGraph resize(int opset, String opType, String mode, float... scales) {
    return new TestGraph(opset).input("x", 1, 2, 4, 6).floats("s", shape(4), scales).node(opType, "x,s", "y", "mode", mode).output("y");
  }

  private static TestGraph resize11(int opset, String coordinates, String mode, String nearest, boolean scales) {
    TestGraph graph = new TestGraph(opset).input("x", 1, 2, 4, 6).floats("roi", shape(0));
    if (scales) {
      graph.floats("s", shape(4), 1, 1, 1.5f, 2);
    } else {
      graph.floats("s", shape(0)).longs("size", 1, 2, 6, 9);
    }
    return graph
        .node(
            "Resize", scales
                ? "x,roi,s"
                : "x,roi,s,size", "y", "mode", mode, "coordinate_transformation_mode", coordinates, "nearest_mode", nearest)
        .output("y");
  }

  private static Stream<Named<Graph>> normalizations() {
    return Stream.concat(
        IntStream.of(7, 8, 9, 12, 13)
            .mapToObj(opset -> test("BatchNormalization of opset " + opset, batchNorm(opset, "y", shape(3), "epsilon", 1e-3f))),
        Stream.of(
            test("BatchNormalization 7, spatial", batchNorm(7, "y", shape(3), "spatial", 1)),
            test("MeanVarianceNormalization 9", one(9, "MeanVarianceNormalization", shape(2, 3, 2, 2)))));
  }

  private static TestGraph batchNorm(int opset, String outputs, int[] statistics, Object... attributes) {
    Tensor variance = TestGraph.randomTensor(5, statistics);
    float[] squares = variance.floats();
    for (int i = 0; i < squares.length; i++) {
      squares[i] = 0.1f + squares[i] * squares[i];
    }
    return new TestGraph(opset)
        .input("x", 2, 3, 4, 5)
        .random("scale", statistics)
        .random("bias", statistics)
        .random("mean", statistics)
        .constant("var", Tensor.ofFloats(variance.shape(), squares))
        .node("BatchNormalization", "x,scale,bias,mean,var", outputs, attributes)
        .output("y");
  }

  private static Stream<Named<Graph>> softmaxes() {
    return Stream.of("Softmax", "LogSoftmax", "Hardmax")
        .flatMap(
            opType ->
                Stream.of(
                    test(opType + " of two dimensions", one(7, opType, shape(3, 5))),
                    test(opType + " flattening", one(9, opType, shape(2, 3, 4), "axis", 1)),
                    test(opType + " flattening all", one(11, opType, shape(2, 3, 4), "axis", 0)),
                    test(opType + " from the end", one(12, opType, shape(2, 3, 4), "axis", -2)),
                    test(opType + " along the last", one(11, opType, shape(2, 3, 4), "axis", 2)),
                    test(opType + " of an image", one(11, opType, shape(1, 5, 1, 1))),
                    test(
                        opType + " of unknown rank",
                        new TestGraph(11)
                            .input("x", 2, 12)
                            .input("s", DataType.INT64, 2)
                            .longs("two", 2, 1)
                            .node("Add", "s,two", "t")
                            .longs("rest", -1)
                            .node("Concat", "t,rest", "target", "axis", 0)
                            .node("Reshape", "x,target", "r")
                            .node(opType, "r", "y", "axis", 1)
                            .output("y"))));
  }

  private static Stream<Named<Graph>> reductions() {
    return Stream.of(
            "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare",
            "ReduceLogSum")
        .flatMap(
            opType ->
                Stream.of(7, 11, 13, 17)
                    .filter(opset -> opset < 13 || !opType.equals("ReduceSum"))
                    .flatMap(
                        opset ->
                            Stream.of(
                                test(opType + " of opset " + opset, reduce(opset, opType, "axes", shape(1, 2), "keepdims", 0)),
                                test(opType + " of everything, opset " + opset, reduce(opset, opType)))));
  }

  private static TestGraph reduce(int opset, String opType, Object... attributes) {
    return new TestGraph(opset).input("x", 2, 3, 4).node("Exp", "x", "e").node(opType, "e", "y", attributes).output("y");
  }

  private static Stream<Named<Graph>> controlFlow() {
    Graph then = TestGraph.body()
        .node("Clip", "x", "t", "min", 0f)
        .node("Softmax", "t", "then", "axis", 1)
        .output(DataType.FLOAT, "then")
        .build();
    Graph otherwise = TestGraph.body()
        .node("Unsqueeze", "x", "u", "axes", shape(0))
        .node("Squeeze", "u", "else", "axes", shape(0))
        .output(DataType.FLOAT, "else")
        .build();
    Graph loop =
        TestGraph.body()
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("state", 2, 3)
            .node("Identity", "go", "again")
            .node("Clip", "state", "next", "max", 0.75f)
            .node("ReduceSum", "next", "sum", "axes", shape(1), "keepdims", 0)
            .output(DataType.BOOL, "again")
            .output(DataType.FLOAT, "next", "sum")
            .build();
    Graph scan =
        TestGraph.body()
            .input("state", 3)
            .input("row", 3)
            .node("Add", "state,row", "next")
            .node("Clip", "next", "out", "min", -0.5f, "max", 0.5f)
            .output(DataType.FLOAT, "next", "out")
            .build();
    return Stream.of(
        test(
            "If 1",
            new TestGraph(7)
                .input("c", DataType.BOOL)
                .input("x", 2, 3)
                .node("If", "c", "y", "then_branch", then, "else_branch", otherwise)
                .output("y")),
        test(
            "If 11",
            new TestGraph(11)
                .input("c", DataType.BOOL)
                .input("x", 2, 3)
                .node("If", "c", "y", "then_branch", TestGraph.body()
                    .node("Softmax", "x", "then", "axis", 1)
                    .output(DataType.FLOAT, "then")
                    .build(), "else_branch", otherwise)
                .output("y")),
        test(
            "Loop 1",
            new TestGraph(10)
                .input("x", 2, 3)
                .constant("n", Tensor.ofLongs(Shape.scalar(), 3))
                .constant("yes", Tensor.ofBytes(DataType.BOOL, Shape.scalar(), (byte) 1))
                .node("Loop", "n,yes,x", "y,sums", "body", loop)
                .output("y", "sums")),
        test(
            "Scan 9",
            new TestGraph(9)
                .input("x", 3)
                .input("rows", 4, 3)
                .node("Scan", "x,rows", "y,all", "body", scan, "num_scan_inputs", 1)
                .output("y", "all")));
  }

  private static Stream<Named<Graph>> newer() {
    return Stream.of(
        test(
            "RoiAlign 10",
            new TestGraph(10)
                .input("x", 1, 2, 8, 8)
                .floats("rois", shape(2, 4), 0, 0, 4, 4, 1, 2, 7, 6)
                .longs("batch", 0, 0)
                .node("RoiAlign", "x,rois,batch", "y", "output_height", 3, "output_width", 2, "sampling_ratio", 2)
                .output("y")),
        test("GridSample 16", gridSample("bilinear")),
        test("GridSample 16 cubic", gridSample("bicubic")),
        test("GridSample 16 nearest", gridSample("nearest")),
        test("DFT 17", new TestGraph(17).input("x", 2, 8, 1).node("DFT", "x", "y").output("y")),
        test("DFT 17 along an axis", new TestGraph(17).input("x", 2, 4, 8, 1).node("DFT", "x", "y", "axis", 2, "onesided", 1).output("y")),
        test(
            "GroupNormalization 18",
            new TestGraph(18)
                .input("x", 2, 6, 3, 3)
                .random("s", 3)
                .random("b", 3)
                .node("GroupNormalization", "x,s,b", "y", "num_groups", 3)
                .output("y")),
        test(
            "Pad 13",
            new TestGraph(13).input("x", 2, 3).longs("p", 0, 1, 1, 0).floats("v", shape(), 3).node("Pad", "x,p,v", "y").output("y")),
        test("Reshape 13", new TestGraph(13).input("x", 2, 3, 4).longs("t", 0, -1).node("Reshape", "x,t", "y").output("y")),
        test("LSTM 7", lstm(7)),
        test("LSTM 13", lstm(13)),
        test("CumSum, Relu, Identity 13", new TestGraph(13).input("x", 3, 4).node("Relu", "x", "r").node("Identity", "r", "y").output("y")),
        test("LayerNormalization 17", new TestGraph(17)
            .input("x", 2, 3, 4)
            .random("s", 4)
            .random("b", 4)
            .node("LayerNormalization", "x,s,b", "y")
            .output("y")),
        test(
            "ScatterND 13",
            new TestGraph(13)
                .input("x", 4, 2)
                .constant("i", Tensor.ofLongs(Shape.of(2, 1), 1, 3))
                .input("u", 2, 2)
                .node("ScatterND", "x,i,u", "y")
                .output("y")),
        test(
            "QuantizeLinear and DequantizeLinear 13",
            new TestGraph(13)
                .input("x", 3, 4)
                .floats("s", shape(3), 0.1f, 0.2f, 0.05f)
                .constant("z", Tensor.ofBytes(DataType.INT8, Shape.of(3), (byte) 1, (byte) 0, (byte) -3))
                .node("QuantizeLinear", "x,s,z", "q", "axis", 0)
                .node("DequantizeLinear", "q,s,z", "y", "axis", 0)
                .output("y", "q")),
        test(
            "QuantizeLinear 10",
            new TestGraph(10)
                .input("x", 3, 4)
                .floats("s", shape(), 0.1f)
                .constant("z", Tensor.ofBytes(DataType.UINT8, Shape.scalar(), (byte) 128))
                .node("QuantizeLinear", "x,s,z", "q")
                .node("DequantizeLinear", "q,s,z", "y")
                .output("y", "q")),
        test(
            "com.microsoft Gelu",
            new TestGraph(12)
                .domain("com.microsoft", 1)
                .input("x", 3, 4)
                .nodeIn("com.microsoft", "Gelu", "x", "g")
                .node("Softmax", "g", "y")
                .output("y")));
  }

  private static TestGraph gridSample(String mode) {
    return new TestGraph(16).input("x", 1, 2, 4, 4).input("g", 1, 3, 3, 2).node("GridSample", "x,g", "y", "mode", mode).output("y");
  }

  private static TestGraph lstm(int opset) {
    return new TestGraph(opset)
        .input("x", 5, 1, 3)
        .random("w", 1, 16, 3)
        .random("r", 1, 16, 4)
        .node("LSTM", "x,w,r", "y,h", "hidden_size", 4)
        .output("y", "h");
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void computesTheSame(Graph old) {
    Map<String, Tensor> inputs = TestGraph.randomInputs(old, 2, 42);
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      Map<String, Tensor> expected = evaluator.evaluate(old, inputs, List.of());
      assertThat(expected).isNotEmpty();
      for (int target : new int[] {13, 21}) {
        if (old.opset() < target) {
          Graph upgraded = OpsetUpgrader.upgrade(old, target);
          assertThat(upgraded.opset()).isEqualTo(target);
          Map<String, Tensor> actual = evaluator.evaluate(upgraded, inputs, List.of());
          // ONNX Runtime sums up the windows of AveragePool in another order since opset 19.
          boolean reordered = target > 18 && old.nodes().getFirst().is("AveragePool");
          assertSame(actual, expected, reordered ? 1e-6f : 0, "opset " + target);
        }
      }
    }
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected, float tolerance, String what) {
    if (tolerance == 0) {
      assertThat(actual).as(what).isEqualTo(expected);
      return;
    }
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, value) -> assertThat(actual.get(name).floats()).as(what).containsExactly(value.floats(), Offset.offset(tolerance)));
  }

  @Test
  void leavesNewerOpsetsAlone() {
    Graph graph = one(17, "Relu", shape(2)).build();
    assertThat(OpsetUpgrader.upgrade(graph, 13)).isSameAs(graph);
    assertThat(OpsetUpgrader.upgrade(graph, 17)).isSameAs(graph);
  }

  @Test
  void keepsSoftmaxPlainWhereItsAxisIsTheLast() {
    Graph upgraded = OpsetUpgrader.upgrade(one(9, "Softmax", shape(3, 5)).build(), 13);
    assertThat(upgraded.nodes()).singleElement().extracting(Node::opType).isEqualTo("Softmax");
    assertThat(upgraded.nodes().getFirst().intAttribute("axis", 99)).isEqualTo(-1);
  }

  @Test
  void namesConstantsApartFromTensorsInBodies() {
    Graph body = TestGraph.body().node("Identity", "x", "y_min").output(DataType.FLOAT, "y_min").build();
    Graph old =
        new TestGraph(10)
            .input("c", DataType.BOOL)
            .input("x", 2, 3)
            .node("Clip", "x", "y", "min", 0f)
            .node("If", "c", "z", "then_branch", body, "else_branch", body)
            .output("y", "z")
            .build();
    assertThat(OpsetUpgrader.upgrade(old, 13).initializers()).containsOnlyKeys("y_min_2");
  }

  @Test
  void spreadsStatisticsOfEachElement() {
    // ONNX Runtime itself has no BatchNormalization with spatial=0, so the definition is the reference.
    Graph old = batchNorm(7, "y", shape(3, 4, 5), "spatial", 0, "epsilon", 0.01f).build();
    Map<String, Tensor> inputs = TestGraph.randomInputs(old, 2, 7);
    try (OrtEvaluator evaluator = new OrtEvaluator()) {
      float[] actual = evaluator.evaluate(OpsetUpgrader.upgrade(old, 13), inputs, List.of()).get("y").floats();
      float[] x = inputs.get("x").floats();
      Map<String, Tensor> c = old.initializers();
      for (int i = 0; i < x.length; i++) {
        int j = i % 60;
        double expected =
            (x[i] - c.get("mean").floats()[j]) / Math.sqrt(c.get("var").floats()[j] + 0.01) * c.get("scale").floats()[j]
                + c.get("bias").floats()[j];
        assertThat((double) actual[i]).isCloseTo(expected, Offset.offset(1e-4));
      }
    }
  }

  @Test
  void refusesWhatNoNewerOpsetHas() {
    Graph scan = new TestGraph(8).input("x", 2).node("Scan", ",x", "y", "body", TestGraph.body().build()).output("y").build();
    assertThatThrownBy(() -> OpsetUpgrader.upgrade(scan, 13)).isInstanceOf(InvalidModelException.class).hasMessageContaining("Scan");
    Graph training =
        new TestGraph(9).input("x", 2, 3).random("s", 3).node("BatchNormalization", "x,s,s,s,s", "y,m").output("y", "m").build();
    assertThat(OpsetUpgrader.upgrade(training, 13).opset()).isEqualTo(13);
    assertThatThrownBy(() -> OpsetUpgrader.upgrade(training, 21))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("statistics");
  }

  @Test
  void carriesAttributesItDoesNotKnow() {
    Graph old = one(7, "Clip", shape(2), "min", 0f, "note", new Attribute.StringValue("kept")).build();
    assertThat(OpsetUpgrader.upgrade(old, 13).nodes().getFirst().stringAttribute("note", "")).isEqualTo("kept");
  }
}
