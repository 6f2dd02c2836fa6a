package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyDataReaderTest {

  private static final Model MODEL = new TinyModel().input("x", DataType.FLOAT, 3).classes(4).build();

  @TempDir private Path folder;

  private Dataset open(NumpyFiles files, Model model) {
    return DataReader.open(files.write(folder.resolve("data.npz")), model, Optional.empty());
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("data.np")
        .hasMessageContainingAll(parts)
        .hasMessageEndingWith(".")
        .hasMessageNotContainingAny("\n", "null", "Exception");
  }

  @Test
  void readsArraysAndLabels() {
    NumpyFiles files =
        new NumpyFiles()
            .with("x", NumpyFiles.floats("(2, 3)", 1, 2, 3, 4, 5, 6))
            .with("unused", NumpyFiles.floats("(1,)", 7))
            .with("labels", NumpyFiles.longs("(2,)", 3, 0));
    Dataset data = open(files, MODEL);
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.hasLabels()).isTrue();
    Batch batch = data.batch(1, 1);
    assertThat(batch.labels()).containsExactly(0);
    assertThat(batch.inputs().get("x").shape()).isEqualTo(Shape.of(1, 3));
    assertThat(batch.inputs().get("x").floats()).containsExactly(4, 5, 6);
    assertThat(data.batch(0, 2).inputs().get("x").floats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(data.skipped()).isEmpty();
  }

  @Test
  void digestsTellContentsApart() {
    Dataset one = open(new NumpyFiles().with("x", NumpyFiles.floats("(1, 3)", 1, 2, 3)), MODEL);
    Dataset same = open(new NumpyFiles().with("x", NumpyFiles.floats("(1, 3)", 1, 2, 3)), MODEL);
    Dataset other = open(new NumpyFiles().with("x", NumpyFiles.floats("(1, 3)", 1, 2, 4)), MODEL);
    assertThat(one.digest()).isEqualTo(same.digest()).isNotEqualTo(other.digest()).hasSize(64);
  }

  @Test
  void convertsEveryPlainType() throws IOException {
    check("<f2", bytes(2).putShort(Float.floatToFloat16(1.5f)).putShort(Float.floatToFloat16(-2)), 1.5f, -2);
    check("<f8", bytes(8).putDouble(1.5).putDouble(-2), 1.5f, -2);
    check(">f4", bytes(4).order(ByteOrder.BIG_ENDIAN).putFloat(1.5f).putFloat(-2), 1.5f, -2);
    check("|i1", bytes(1).put((byte) 7).put((byte) -2), 7, -2);
    check("|u1", bytes(1).put((byte) 7).put((byte) -2), 7, 254);
    check("<i2", bytes(2).putShort((short) 7).putShort((short) -2), 7, -2);
    check("<u2", bytes(2).putShort((short) 7).putShort((short) -2), 7, 65534);
    check("<i4", bytes(4).putInt(7).putInt(-2), 7, -2);
    check("<u4", bytes(4).putInt(7).putInt(-2), 7, 4294967294f);
    check(">i8", bytes(8).order(ByteOrder.BIG_ENDIAN).putLong(7).putLong(-2), 7, -2);
    check("|b1", bytes(1).put((byte) 1).put((byte) 0), 1, 0);
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(2 * size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void check(String type, ByteBuffer data, float... expected) throws IOException {
    Path file = Files.write(folder.resolve("data.npy"), NumpyFiles.array(type, false, "(2, 1)", data.array()));
    Dataset dataset = DataReader.open(file, new TinyModel().input("x", DataType.FLOAT, 1).build(), Optional.empty());
    assertThat(dataset.hasLabels()).isFalse();
    assertThat(dataset.batch(0, 2).inputs().get("x").floats()).as(type).containsExactly(expected);
  }

  @Test
  void columnMajorArraysBecomeRowMajor() throws IOException {
    byte[] array = NumpyFiles.array("|u1", true, "(2, 3, 2)", new byte[] {0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11});
    Tensor tensor = NpyReader.read(new ByteArrayInputStream(array), array.length);
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 2));
    assertThat(tensor.bytes()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void laterVersionsAndOddHeadersAreRead() throws IOException {
    byte[] array = NumpyFiles.array(2, "{'shape':(3L,),'fortran_order':False,'descr':'<i4'}", new byte[12]);
    assertThat(NpyReader.read(new ByteArrayInputStream(array), array.length).shape()).isEqualTo(Shape.of(3));
    byte[] scalar = NumpyFiles.array(3, "{'descr': '<i4', 'fortran_order': False, 'shape': ()}", new byte[4]);
    assertThat(NpyReader.read(new ByteArrayInputStream(scalar), scalar.length).shape()).isEqualTo(Shape.scalar());
  }

  @Test
  void feedsSeveralInputs() {
    Model model =
        new TinyModel()
            .input("ids", DataType.INT64, -1)
            .exact("state", DataType.FLOAT, false, 2, 1, 3)
            .exact("rate", DataType.INT64, false)
            .build();
    NumpyFiles files =
        new NumpyFiles()
            .with("ids", NumpyFiles.longs("(2, 2)", 1, 2, 3, 4))
            .with("state", NumpyFiles.floats("(2, 2, 1, 3)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
            .with("rate", NumpyFiles.longs("()", 16000));
    Batch batch = open(files, model).batch(1, 1);
    assertThat(batch.inputs().get("ids").integers()).containsExactly(3, 4);
    assertThat(batch.inputs().get("state").shape()).isEqualTo(Shape.of(2, 1, 3));
    assertThat(batch.inputs().get("state").floats()).startsWith(6);
    assertThat(batch.inputs().get("rate").integers()).containsExactly(16000);
  }

  @Test
  void namesWhatDoesNotFit() {
    byte[] good = NumpyFiles.floats("(2, 3)", 1, 2, 3, 4, 5, 6);
    refused(() -> open(new NumpyFiles(), MODEL), "no array named 'x'", "none at all");
    refused(() -> open(new NumpyFiles().with("y", good), MODEL), "no array named 'x'", "only y");
    refused(() -> open(new NumpyFiles().with("x", NumpyFiles.floats("(3, 2)", new float[6])), MODEL), "3×2", "N×3");
    refused(() -> open(new NumpyFiles().with("x", NumpyFiles.floats("(6,)", new float[6])), MODEL), "'x'", "shape 6");
    refused(() -> open(new NumpyFiles().with("x", NumpyFiles.floats("(0, 3)")), MODEL), "no samples");
    refused(
        () -> open(new NumpyFiles().with("x", good).with("labels", NumpyFiles.longs("(3,)", 0, 1, 2)), MODEL),
        "x 2", "labels 3");
    refused(
        () -> open(new NumpyFiles().with("x", good).with("labels", NumpyFiles.longs("(2,)", 0, 4)), MODEL),
        "sample 1 has class 4", "4 classes");
    refused(
        () -> open(new NumpyFiles().with("x", good).with("labels", NumpyFiles.longs("(2,)", -1, 0)), MODEL),
        "sample 0 has class -1");
    refused(
        () -> open(new NumpyFiles().with("x", good).with("labels", NumpyFiles.floats("(2,)", 0, 1)), MODEL),
        "labels", "FLOAT");
    refused(
        () -> open(new NumpyFiles().with("x", good).with("labels", NumpyFiles.longs("(2, 2)", 0, 1, 2, 3)), MODEL),
        "labels", "2×2");
    Model integers = new TinyModel().input("x", DataType.INT64, 3).build();
    refused(() -> open(new NumpyFiles().with("x", good), integers), "FLOAT", "INT64");
    refused(() -> open(new NumpyFiles().with("x", NumpyFiles.array("|O", false, "(1, 3)", new byte[30])), MODEL), "plain number");
    refused(() -> open(new NumpyFiles().with("x", NumpyFiles.array("<c8", false, "(1, 3)", new byte[24])), MODEL), "plain number");
    refused(
        () -> open(new NumpyFiles().with("x", NumpyFiles.array(1, "{'descr': [('a', '<f4')]}", new byte[4])), MODEL),
        "'x'", "plain number");
    refused(() -> open(new NumpyFiles().with("x", new byte[] {1, 2, 3}), MODEL), "'x'", "no NumPy array");
  }

  @Test
  void falseClaimsDoNotExhaustMemory() throws IOException {
    byte[] huge = NumpyFiles.array("<f8", false, "(2000000000, 3)", new byte[100]);
    refused(() -> open(new NumpyFiles().with("x", huge), MODEL), "'x'", "ends early");
    byte[] beyond = NumpyFiles.array("<f8", false, "(2000000000, 2000000000, 2000000000)", new byte[100]);
    refused(() -> open(new NumpyFiles().with("x", beyond), MODEL), "'x'", "too large");
    byte[] overflow = NumpyFiles.array("<f8", false, "(99999999999, 3)", new byte[100]);
    refused(() -> open(new NumpyFiles().with("x", overflow), MODEL), "'x'", "99999999999");
    refused(
        () -> DataReader.open(Files.write(folder.resolve("data.npy"), huge), MODEL, Optional.empty()), "ends early");
  }

  @Test
  void damagedArchivesAreRefused() throws IOException {
    float[] values = new float[3000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    Path whole = new NumpyFiles().with("x", NumpyFiles.floats("(1000, 3)", values)).write(folder.resolve("data.npz"));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {2, 3, 40, bytes.length / 2, bytes.length - 1}) {
      Files.write(whole, java.util.Arrays.copyOf(bytes, length));
      refused(() -> DataReader.open(whole, MODEL, Optional.empty()), "zip");
    }
    byte[] flipped = bytes.clone();
    for (int at = 200; at < 400; at++) {
      flipped[at] ^= 0x5a;
    }
    Files.write(whole, flipped);
    refused(() -> DataReader.open(whole, MODEL, Optional.empty()), "'x'");
    byte[] npy = NumpyFiles.floats("(1000, 3)", values);
    for (int length : new int[] {6, 9, 50, 1000}) {
      Path file = Files.write(folder.resolve("data.npy"), java.util.Arrays.copyOf(npy, length));
      refused(() -> DataReader.open(file, MODEL, Optional.empty()), "data.npy");
    }
  }

  @Test
  void refusesWhatIsNoFiniteNumber() {
    for (float strange : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = new float[3 * 4];
      values[2 * 3 + 1] = strange;
      refused(() -> open(new NumpyFiles().with("x", NumpyFiles.floats("(4, 3)", values)), MODEL), "sample 2", "'x'");
    }
  }

  @Test
  void aSingleArrayNeedsAModelWithOneInput() throws IOException {
    Path file = Files.write(folder.resolve("data.npy"), NumpyFiles.floats("(1, 3)", 1, 2, 3));
    Model two = new TinyModel().input("x", DataType.FLOAT, 3).input("y", DataType.FLOAT, 3).build();
    refused(() -> DataReader.open(file, two, Optional.empty()), "2 inputs", ".npz");
  }
}
