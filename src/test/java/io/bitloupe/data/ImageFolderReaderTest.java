package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderReaderTest {

  private static final Model MODEL = new TinyModel().input("input", DataType.FLOAT, 3, 8, 8).classes(3).build();

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("pictures"));
  }

  private Path write(String relative, String format, int side, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, rgb + x);
      }
    }
    Path file = folder.resolve(relative);
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  private Dataset open() {
    return DataReader.open(folder, MODEL, Optional.empty());
  }

  private static int[] labels(Dataset data) {
    return data.batch(0, data.size()).labels();
  }

  @Test
  void classesAreFoldersByNameAndSamplesAreInTheOrderOfTheirDigests() throws IOException {
    write("b/1.png", "png", 8, 0x100000);
    write("a/1.png", "png", 8, 0x200000);
    write("a/deep/2.bmp", "bmp", 8, 0x300000);
    write("c/3.gif", "gif", 8, 0x400000);
    Dataset data = open();
    List<String> names = new ArrayList<>(List.of("b/1.png", "a/1.png", "a/deep/2.bmp", "c/3.gif"));
    names.sort(java.util.Comparator.comparing(ContentDigest::of));
    assertThat(data.size()).isEqualTo(4);
    assertThat(labels(data)).containsExactly(names.stream().mapToInt(name -> name.charAt(0) - 'a').toArray());
    float[] reds = {0x10, 0x20, 0x30};
    for (int i = 0; i < 4; i++) {
      float[] sample = data.batch(i, 1).inputs().get("input").floats();
      int at = List.of("b/1.png", "a/1.png", "a/deep/2.bmp").indexOf(names.get(i));
      if (at >= 0) {
        assertThat(sample[0]).isEqualTo(reds[at] / 255f);
        assertThat(sample[2 * 64 + 5]).isEqualTo(5 / 255f);
      }
    }
  }

  @Test
  void preprocessingOrdersChannelsShiftsLabelsAndCrops() throws IOException {
    write("a/1.png", "png", 10, 0x302010);
    Preprocessing bgr =
        new Preprocessing(
            Optional.of("input"), Preprocessing.Layout.NCHW, Preprocessing.Color.BGR, Optional.empty(), Optional.of(8),
            List.of(0f), List.of(1f), 2);
    Batch batch = DataReader.open(folder, MODEL, Optional.of(bgr)).batch(0, 1);
    assertThat(batch.labels()).containsExactly(2);
    assertThat(batch.inputs().get("input").shape()).isEqualTo(Shape.of(1, 3, 8, 8));
    float[] values = batch.inputs().get("input").floats();
    assertThat(values[0]).as("blue, second column").isEqualTo(0x11 / 255f);
    assertThat(values[2 * 64]).as("red").isEqualTo(0x30 / 255f);
  }

  @Test
  void picturesOfOtherSizesAreBroughtToTheInput() throws IOException {
    write("a/1.png", "png", 16, 0x404040);
    write("a/2.jpg", "jpg", 8, 0x404040);
    Dataset data = open();
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.batch(0, 2).inputs().get("input").shape()).isEqualTo(Shape.of(2, 3, 8, 8));
  }

  @Test
  void unreadableFilesAreLeftOutWithASentenceEach() throws IOException {
    Path good = write("a/good.png", "png", 8, 0);
    Path jpeg = write("a/good.jpg", "jpg", 8, 0);
    Files.write(folder.resolve("a/cut.jpg"), Arrays.copyOf(Files.readAllBytes(jpeg), (int) Files.size(jpeg) / 2));
    Files.write(folder.resolve("a/cut.png"), Arrays.copyOf(Files.readAllBytes(good), (int) Files.size(good) - 6));
    byte[] overwritten = Arrays.copyOf(Files.readAllBytes(jpeg), (int) Files.size(jpeg) + 2);
    overwritten[overwritten.length - 3] = (byte) 0xf4;
    overwritten[overwritten.length - 2] = (byte) 0xff;
    overwritten[overwritten.length - 1] = (byte) 0xd9;
    Files.write(folder.resolve("a/overwritten.jpg"), overwritten);
    Files.write(folder.resolve("a/empty.png"), new byte[0]);
    Files.writeString(folder.resolve("a/text.jpg"), "not a picture at all");
    Files.writeString(folder.resolve("a/.hidden"), "ignored");
    byte[] damaged = Files.readAllBytes(good);
    damaged[45] ^= 0x55;
    Files.write(folder.resolve("a/damaged.png"), damaged);
    byte[] gif = Files.readAllBytes(write("a/good.gif", "gif", 8, 0));
    byte[] huge = gif.clone();
    Arrays.fill(huge, 6, 10, (byte) 0xff);
    Files.write(folder.resolve("a/huge.gif"), huge);
    Arrays.fill(gif, 13, gif.length - 1, (byte) 0x2c);
    Files.write(folder.resolve("a/damaged.gif"), gif);
    Dataset data = open();
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.batch(0, 3).size()).isEqualTo(3);
    assertThat(data.skipped()).hasSize(8);
    assertThat(String.join("\n", data.skipped()))
        .contains("a/cut.jpg was left out: it ends early.", "a/cut.png", "a/empty.png was left out: it is empty.",
            "a/text.jpg was left out: it is no JPEG, PNG, GIF or BMP picture.",
            "a/overwritten.jpg was left out: its markers are damaged.", "a/huge.gif was left out: it claims",
            "a/damaged.png was left out: its checksums", "a/damaged.gif was left out: it is damaged.");
  }

  @Test
  void aPictureThatIsDamagedLaterIsNamed() throws IOException {
    Path file = write("a/1.png", "png", 8, 0);
    Dataset data = open();
    write("a/1.png", "png", 9, 0);
    assertThatThrownBy(() -> data.batch(0, 1)).isInstanceOf(InvalidInputException.class).hasMessageContaining("8×8");
    Files.writeString(file, "replaced");
    assertThatThrownBy(() -> data.batch(0, 1)).isInstanceOf(InvalidInputException.class).hasMessageContaining("1.png");
    Files.delete(file);
    assertThatThrownBy(() -> data.batch(0, 1)).isInstanceOf(InvalidInputException.class).hasMessageContaining("1.png");
  }

  @Test
  void foldersWithoutClassesHaveNoLabels() throws IOException {
    write("1.png", "png", 8, 0);
    assertThat(open().hasLabels()).isFalse();
  }

  @Test
  void namesWhatDoesNotFit() throws IOException {
    assertThatThrownBy(this::open).hasMessage("pictures cannot be used: it holds no pictures.");
    Files.createDirectory(folder.resolve("a"));
    assertThatThrownBy(this::open).hasMessage("pictures cannot be used: it holds no pictures.");
    Files.writeString(folder.resolve("a/x.txt"), "text");
    assertThatThrownBy(this::open).hasMessageContainingAll("none of its 1 files", "a/x.txt").hasMessageEndingWith(".");
    Files.delete(folder.resolve("a/x.txt"));
    for (String name : List.of("a", "b", "c", "d")) {
      write(name + "/1.png", "png", 8, 0);
    }
    assertThatThrownBy(this::open).hasMessageContainingAll("class 3", "3 classes");
    Model other = new TinyModel().input("input", DataType.FLOAT, 5, 8, 8).build();
    assertThatThrownBy(() -> DataReader.open(folder, other, Optional.empty())).hasMessageContaining("N×5×8×8");
  }

  @Test
  void resultsDoNotDependOnThreads() throws Exception {
    for (int i = 0; i < 40; i++) {
      write((char) ('a' + i % 3) + "/" + i + ".jpg", "jpg", 8 + i % 2, 0x010101 * i);
    }
    Dataset data = open();
    float[] expected = open().batch(0, 40).inputs().get("input").floats();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<float[]>> tasks = new ArrayList<>();
      for (int round = 0; round < 200; round++) {
        int index = round % 40;
        tasks.add(() -> data.batch(index, 1).inputs().get("input").floats());
      }
      List<Future<float[]>> results = threads.invokeAll(tasks);
      for (int round = 0; round < results.size(); round++) {
        int index = round % 40;
        assertThat(results.get(round).get()).containsExactly(Arrays.copyOfRange(expected, index * 192, index * 192 + 192));
      }
    }
    assertThat(open().digest()).isEqualTo(data.digest());
  }

  /** Ten classes of a thousand in alphabetical order would be classes 0 to 9, and every figure wrong. */
  @Test
  void fewerFoldersThanClassesAreToldByNameOrNoted() throws IOException {
    write("dog/a.png", "png", 8, 0);
    write("cat/b.png", "png", 8, 0);
    assertThat(open().notes())
        .singleElement()
        .asString()
        .startsWith("pictures has folders for 2 of the model's 3 classes, taken in the order of their names as the classes 0 to 1;");
    Path labels = MODEL.path().resolveSibling("tiny.labels.txt");
    Model named = new TinyModel().input("input", DataType.FLOAT, 3, 8, 8).classes(3).build(temporary.resolve("tiny.onnx"));
    Files.writeString(temporary.resolve(labels.getFileName()), "bird\ndog\ncat\n");
    Dataset data = DataReader.open(folder, named, Optional.empty());
    assertThat(data.notes()).isEmpty();
    assertThat(labels(data)).containsExactlyInAnyOrder(1, 2);
  }
}
