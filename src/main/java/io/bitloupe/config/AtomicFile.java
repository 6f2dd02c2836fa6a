package io.bitloupe.config;

import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Writes a file as a whole or not at all: what others read is never half a file. A link is followed; what is no regular file, as
 * a pipe or {@code /dev/stdout}, is written to, not replaced.
 */
public final class AtomicFile {

  private static final Set<PosixFilePermission> WRITE =
      Set.of(PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private AtomicFile() {}

  /** Fills the unfinished file that will take the place of the target. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to {@code unfinished}, an existing empty file. */
    void writeTo(Path unfinished) throws IOException;
  }

  /** Writes {@code text} to {@code file} in UTF-8. */
  public static void writeText(Path file, String text) {
    write(file, unfinished -> Files.write(unfinished, text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Lets {@code content} fill a file beside {@code file} and then puts it in its place.
   *
   * @throws InvalidInputException when the file cannot be written; {@code file} is as it was
   */
  public static void write(Path file, Content content) {
    folderFor(file);
    try {
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      boolean replaceable = !Files.exists(target) || Files.isRegularFile(target);
      Path folder = replaceable ? Objects.requireNonNull(target.getParent(), "a file has a folder")
          : Path.of(System.getProperty("java.io.tmpdir"));
      // Not a temporary file of the platform's: that would be readable for its owner only, whatever the user's mask says.
      Path unfinished = folder.resolve(".%s.%s.part".formatted(target.getFileName(), UUID.randomUUID()));
      Files.createFile(unfinished);
      unfinished.toFile().deleteOnExit();
      try {
        content.writeTo(unfinished);
        if (replaceable) {
          move(unfinished, target);
        } else {
          copyInto(unfinished, target);
        }
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be written: %s.".formatted(file, reason(failure)), failure);
    }
  }

  /**
   * The folder that {@code file} would be written into; ask before long work whose result goes there.
   *
   * @throws InvalidInputException when {@code file} is a folder itself, or its folder does not exist or cannot be written to
   */
  public static Path folderFor(Path file) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new InvalidInputException("%s is a folder, not a file to write to.".formatted(file));
    }
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException("%s cannot be written because the folder %s does not exist.".formatted(file, folder));
    }
    if (Files.exists(target) && !isWritable(target)) {
      throw new InvalidInputException("%s cannot be written because it is write-protected.".formatted(file));
    }
    if (!Files.isWritable(folder)) {
      throw new InvalidInputException("%s cannot be written because access to the folder %s is denied.".formatted(file, folder));
    }
    return folder;
  }

  /** Whether the file's own mode lets it be written; the superuser may write anything, and yet means what the mode says. */
  private static boolean isWritable(Path file) {
    try {
      return Files.isWritable(file)
          && (!Files.isRegularFile(file)
              || !Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)
              || Files.getPosixFilePermissions(file).stream().anyMatch(WRITE::contains));
    } catch (IOException unknown) {
      return false;
    }
  }

  private static void copyInto(Path from, Path to) throws IOException {
    try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.WRITE)) {
      Files.copy(from, out);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException unsupported) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Why reading or writing failed, as the end of a sentence without its full stop. */
  public static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> "access is denied";
      case NoSuchFileException _ -> "it does not exist";
      case FileAlreadyExistsException _ -> "a file of that name is in the way";
      default -> {
        String message = failure.getMessage();
        yield message == null ? failure.getClass().getSimpleName() : message.strip().replaceAll("\\s+", " ").replaceAll("\\.$", "");
      }
    };
  }
}
