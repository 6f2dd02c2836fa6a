package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDataReaderTest {

  @TempDir private Path folder;

  private static byte[] idx(byte[] data, int... dimensions) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + data.length);
    bytes.put(new byte[] {0, 0, 8, (byte) dimensions.length});
    Arrays.stream(dimensions).forEach(bytes::putInt);
    return bytes.put(data).array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] ramp(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    return bytes;
  }

  private static Dataset open(Path file, Model model) {
    return DataReader.open(file, model, Optional.empty());
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(parts)
        .hasMessageEndingWith(".")
        .hasMessageNotContainingAny("\n", "null", "Exception");
  }

  @Test
  void findsLabelsBesideThePictures() throws IOException {
    byte[] pixels = ramp(3 * 16);
    byte[] labels = {4, 0, 9};
    String[][] names = {
      {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"},
      {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"},
      {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
      {"digits-images.idx", "digits-labels.idx"},
      {"a.images.idx3.gz", "a.labels.idx1.gz"},
      {"digits.idx", "digits-labels.idx"},
    };
    for (String[] pair : names) {
      Path images = write(pair[0], pair[0].endsWith(".gz") ? gzip(idx(pixels, 3, 4, 4)) : idx(pixels, 3, 4, 4));
      Path beside = write(pair[1], pair[1].endsWith(".gz") ? gzip(idx(labels, 3)) : idx(labels, 3));
      Dataset data = open(images, TinyModel.gray(4));
      assertThat(data.hasLabels()).as(pair[0]).isTrue();
      assertThat(data.batch(1, 2).labels()).containsExactly(0, 9);
      Files.delete(images);
      Files.delete(beside);
    }
  }

  @Test
  void pixelsBecomeSharesOfOneUnlessSaidOtherwise() throws IOException {
    byte[] pixels = ramp(2 * 4);
    Path images = write("x-images.idx", idx(pixels, 2, 2, 2));
    Dataset data = open(images, TinyModel.gray(2));
    assertThat(data.hasLabels()).isFalse();
    Batch batch = data.batch(1, 1);
    assertThat(batch.inputs().get("input").shape()).isEqualTo(Shape.of(1, 1, 2, 2));
    assertThat(batch.inputs().get("input").floats()).containsExactly(28 / 255f, 35 / 255f, 42 / 255f, 49 / 255f);
    Preprocessing scaled =
        new Preprocessing(
            Optional.empty(), Preprocessing.Layout.NHWC, Preprocessing.Color.RGB, Optional.empty(), Optional.empty(),
            List.of(0.5f, 0.25f, 0f), List.of(0.5f, 1f, 2f), 0);
    Model color = new TinyModel().input("input", DataType.FLOAT, 2, 2, 3).build();
    Dataset preprocessed = DataReader.open(images, color, Optional.of(scaled));
    assertThat(preprocessed.batch(1, 1).inputs().get("input").floats())
        .startsWith((28 / 255f - 0.5f) / 0.5f, 28 / 255f - 0.25f, 28 / 255f / 2f, (35 / 255f - 0.5f) / 0.5f);
    assertThat(preprocessed.digest()).isNotEqualTo(data.digest());
  }

  @Test
  void flatInputsAndRawPixelsAreFed() throws IOException {
    Path images = write("x-images.idx", idx(ramp(8), 2, 2, 2));
    Model flat = new TinyModel().input("input", DataType.FLOAT, 4).build();
    assertThat(open(images, flat).batch(0, 2).inputs().get("input").shape()).isEqualTo(Shape.of(2, 4));
    Model raw = new TinyModel().input("input", DataType.UINT8, 2, 2, 1).build();
    assertThat(open(images, raw).batch(0, 1).inputs().get("input").bytes()).containsExactly(0, 7, 14, 21);
    Model half = new TinyModel().input("input", DataType.FLOAT16, 1, 2, 2).build();
    assertThat(open(images, half).batch(0, 1).inputs().get("input").type()).isEqualTo(DataType.FLOAT16);
  }

  @Test
  void namesWhatDoesNotFit() throws IOException {
    Path images = write("x-images.idx", idx(ramp(3 * 16), 3, 4, 4));
    refused(() -> open(images, TinyModel.gray(5)), "x-images.idx", "N×1×5×5");
    write("x-labels.idx", idx(new byte[] {1, 2}, 2));
    refused(() -> open(images, TinyModel.gray(4)), "x-labels.idx", "2 labels", "3 pictures");
    write("x-labels.idx", idx(new byte[] {1, 2, 10}, 3));
    refused(() -> open(images, TinyModel.gray(4)), "x-labels.idx", "sample 2 has class 10", "10 classes");
    write("x-labels.idx", new byte[] {1, 2, 10});
    refused(() -> open(images, TinyModel.gray(4)), "x-labels.idx", "no idx file");
    Files.delete(folder.resolve("x-labels.idx"));
    refused(() -> open(write("l.idx", idx(new byte[3], 3)), TinyModel.gray(4)), "l.idx", "labels, not pictures");
    refused(() -> open(write("z.idx", idx(new byte[0], 0, 4, 4)), TinyModel.gray(4)), "z.idx", "no samples");
    byte[] floats = idx(new byte[16], 1, 4, 4);
    floats[2] = 13;
    refused(() -> open(write("f.idx", floats), TinyModel.gray(4)), "f.idx", "unsigned bytes");
    Model two = new TinyModel().input("a", DataType.FLOAT, 1, 4, 4).input("b", DataType.FLOAT, 3).build();
    refused(() -> open(images, two), "x-images.idx", ".npz");
    Model integers = new TinyModel().input("a", DataType.INT64, 1, 4, 4).build();
    refused(() -> open(images, integers), "x-images.idx", "INT64");
  }

  @Test
  void damagedFilesAndFalseClaimsAreRefused() throws IOException {
    Model model = TinyModel.gray(4);
    byte[] good = idx(ramp(3 * 16), 3, 4, 4);
    for (int length : new int[] {4, 7, 15, 16, 40, good.length - 1}) {
      Path file = write("x.idx", Arrays.copyOf(good, length));
      refused(() -> open(file, model), "x.idx", "ends early");
    }
    byte[] zipped = gzip(good);
    for (int length : new int[] {3, 12, zipped.length / 2, zipped.length - 9}) {
      Path file = write("x.gz", Arrays.copyOf(zipped, length));
      refused(() -> open(file, model), "x.gz");
    }
    refused(() -> open(write("x.idx", Arrays.copyOf(good, good.length + 1)), model), "more than its header says");
    refused(() -> open(write("x.idx", idx(new byte[9], 60_000, 4, 4)), model), "ends early");
    refused(() -> open(write("x.idx", idx(new byte[9], Integer.MAX_VALUE, Integer.MAX_VALUE, 4)), model), "x.idx");
    refused(() -> open(write("x.idx", idx(new byte[9], Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE)), model), "x.idx");
    refused(() -> open(write("x.idx", idx(new byte[9], -3, 4, 4)), model), "negative");
    refused(() -> open(write("x.gz", gzip(idx(new byte[9], 60_000_000, 4, 4))), model), "x.gz");
    refused(() -> open(write("x.gz", gzip("some text".getBytes(java.nio.charset.StandardCharsets.UTF_8))), model), "no idx file");
    refused(() -> open(write("x.txt", "some text".getBytes(java.nio.charset.StandardCharsets.UTF_8)), model), "x.txt", "no idx file");
    refused(() -> open(write("x.idx", new byte[0]), model), "x.idx", "empty");
    refused(() -> open(folder.resolve("none.idx"), model), "none.idx", "no such file");
    refused(() -> open(write("x.png", new byte[] {(byte) 0x89, 'P', 'N', 'G'}), model), "single picture");
  }
}
