package io.bitloupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.model.DataType;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with damaged, moved or missing bytes are either read or refused with one sentence; nothing else comes of them. */
class HostileDataTest {

  private static final long SEED = 20261123;
  private static final int ROUNDS = 200;

  @TempDir private Path folder;

  private static byte[] mutated(byte[] good, Random random) {
    byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length + 20)) : good.clone();
    for (int change = random.nextInt(6); change > 0 && bytes.length > 0; change--) {
      int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 100));
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextBoolean() ? 0xff : 0);
    }
    return bytes;
  }

  private void attack(String name, byte[] good, Model model) throws IOException {
    Random random = new Random(SEED);
    Path file = folder.resolve(name);
    int read = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(good, random);
      Files.write(file, bytes);
      try {
        Dataset data = DataReader.open(name.contains("/") ? folder : file, model, Optional.empty());
        data.batch(0, data.size());
        data.digest();
        assertThat(data.skipped()).allMatch(sentence -> sentence.endsWith(".") && !sentence.contains("null"));
        read++;
      } catch (InvalidInputException e) {
        assertThat(e).as("seed %d, round %d", SEED, round).hasMessageMatching("[^\n]+ cannot be used: [^\n]+\\.");
        assertThat(e.getMessage()).doesNotContain("null", "Exception");
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed %d, round %d of %s".formatted(SEED, round, name), e);
      }
    }
    assertThat(read).as("intact files are among them").isPositive();
    assertThat(refused).isPositive();
  }

  private static byte[] ramp(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * i);
    }
    return bytes;
  }

  @Test
  void numpy() throws IOException {
    Model model = new TinyModel().input("x", DataType.FLOAT, 5).build();
    byte[] array = NumpyFiles.array("<f4", true, "(6, 5)", ramp(120));
    attack("x.npy", array, model);
    Path whole =
        new NumpyFiles().with("x", array).with("labels", NumpyFiles.longs("(6,)", 1, 2, 3, 4, 5, 6)).write(folder.resolve("whole"));
    attack("x.npz", Files.readAllBytes(whole), model);
  }

  @Test
  void idx() throws IOException {
    byte[] plain = ByteBuffer.allocate(16 + 48).put(new byte[] {0, 0, 8, 3}).putInt(3).putInt(4).putInt(4).put(ramp(48)).array();
    attack("x-images.idx", plain, TinyModel.gray(4));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    attack("y-images.idx.gz", out.toByteArray(), TinyModel.gray(4));
  }

  @Test
  void pictures() throws IOException {
    BufferedImage image = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 144; i++) {
      image.setRGB(i % 12, i / 12, i * 77_777);
    }
    Files.createDirectory(folder.resolve("a"));
    for (String format : new String[] {"jpg", "png", "gif", "bmp"}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, format, out);
      attack("a/1." + format, out.toByteArray(), TinyModel.color(12));
      Files.delete(folder.resolve("a/1." + format));
    }
  }

  @Test
  void preprocessing() throws IOException {
    Random random = new Random(SEED);
    byte[] good =
        "{\"input\": \"x\", \"layout\": \"NCHW\", \"resize\": 256, \"mean\": [0.5, 0.5, 0.5], \"labelOffset\": 1}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Path file = folder.resolve("net.preprocess.json");
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(file, mutated(good, random));
      try {
        PreprocessingReader.read(file);
      } catch (InvalidInputException e) {
        assertThat(e).as("seed %d, round %d", SEED, round).hasMessageMatching("net[^\n]+ cannot be used: [^\n]+\\.");
      }
    }
  }
}
