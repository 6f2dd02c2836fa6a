package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NumPy arrays, part by part. */
class NpyWriterTest {

  @TempDir Path folder;

  @Test
  void partsBecomeOneArray() throws IOException {
    Tensor read = written(Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6), Tensor.ofFloats(Shape.of(1, 3), 7, 8, 9));
    assertThat(read.shape()).isEqualTo(Shape.of(3, 3));
    assertThat(read.floats()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    Tensor labels = written(Tensor.ofInts(Shape.of(2), 4, -5));
    assertThat(labels.type()).isEqualTo(DataType.INT32);
    assertThat(labels.shape()).isEqualTo(Shape.of(2));
    assertThat(labels.integers()).containsExactly(4, -5);
    assertThat(written(Tensor.ofLongs(Shape.of(1, 1, 1), 1L << 40)).integers()).containsExactly(1L << 40);
    assertThat(written().shape()).isEqualTo(Shape.of(0));
  }

  @Test
  void partsOfOtherShapesAreRefused() {
    assertThatThrownBy(() -> written(Tensor.ofFloats(Shape.of(1, 2), 1, 2), Tensor.ofFloats(Shape.of(1, 3), 1, 2, 3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it is 1×2 for some samples and 1×3 for others");
    assertThatThrownBy(() -> written(new Tensor(DataType.STRING, Shape.of(0), java.nio.ByteBuffer.allocate(0))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("its type is STRING");
  }

  private Tensor written(Tensor... parts) throws IOException {
    Path file = folder.resolve("array.npy");
    try (NpyWriter writer = new NpyWriter(file, "the array")) {
      for (Tensor part : parts) {
        writer.write(part);
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    return NpyReader.read(new ByteArrayInputStream(bytes), bytes.length);
  }
}
