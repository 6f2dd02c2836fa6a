package io.bitloupe.data;

import io.bitloupe.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Opens data for a model, whatever its form; a file's form is told from its contents. */
public final class DataReader {

  private DataReader() {}

  /**
   * Opens {@code path}: an idx image file (also gzip-compressed, its label file beside it), an {@code .npz} with an array for
   * each input of the model and optional {@code labels}, an {@code .npy} for a model with one input, a folder with a folder of
   * pictures for each class, or a folder of pictures without classes.
   *
   * @param preprocessing how pixels become numbers; when empty, pixel / 255, pictures in folders also brought to the size of
   *     the model's input. NumPy arrays are never preprocessed
   * @throws io.bitloupe.model.InvalidInputException when nothing of it can be used: one sentence that names the file and the
   *     reason. Single pictures that cannot be used are left out and listed in {@link Dataset#skipped()}
   */
  public static Dataset open(Path path, Model model, Optional<Preprocessing> preprocessing) {
    if (model.graph().inputs().isEmpty()) {
      throw Refusal.of(path, "the model has no inputs to feed");
    }
    if (Files.isDirectory(path)) {
      return ImageFolderReader.read(path, model, preprocessing);
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw Refusal.of(path, "it is neither a file nor a folder");
    }
    byte[] head = head(path);
    if (head.length == 0) {
      throw Refusal.of(path, "it is empty");
    }
    if (starts(head, new byte[] {'P', 'K'})) {
      return NumpyDataReader.readNpz(path, model);
    }
    if (starts(head, NpyReader.MAGIC)) {
      return NumpyDataReader.readNpy(path, model);
    }
    if (starts(head, new byte[] {0x1f, (byte) 0x8b}) || IdxFile.starts(head)) {
      return IdxDataReader.read(path, model, preprocessing);
    }
    throw Refusal.of(
        path,
        ImageFolderReader.hasImageName(path)
            ? "it is a single picture, and a folder of pictures is expected"
            : "it is no idx file, .npz or .npy archive or folder of pictures");
  }

  private static byte[] head(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(8);
    } catch (IOException e) {
      throw Refusal.of(path, Refusal.reason(e), e);
    }
  }

  private static boolean starts(byte[] head, byte[] magic) {
    return head.length >= magic.length && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
