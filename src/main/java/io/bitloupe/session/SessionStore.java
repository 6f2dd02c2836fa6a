package io.bitloupe.session;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where sessions are kept: one file for each window, named by its process, the newest few of them. A file is replaced as a whole
 * after its bytes have reached the disk, so that whoever is killed at any moment leaves a readable one.
 */
public final class SessionStore {
  /** How many sessions are kept. */
  public static final int KEPT = 10;

  private static final Logger LOG = Logger.getLogger(SessionStore.class.getName());
  private static final String ENDING = ".session.json";
  private static final long LARGEST = 256L << 20;

  private static final Pattern PROCESS = Pattern.compile("(\\d{1,18})-(\\d{1,18})" + Pattern.quote(ENDING));
  /** The system says when a process began by the second only, and not always the same second. */
  private static final Duration UNSURE = Duration.ofSeconds(2);

  private final Path folder;
  private final Path own;
  /** Steps as they were written last: only those that changed are encoded again. */
  private Map<HistoryStep, String> encoded = new IdentityHashMap<>();
  private boolean closed;

  /**
   * A session that was kept.
   *
   * @param file its file
   * @param session what is in it
   */
  public record Kept(Path file, Session session) {}

  /** Keeps sessions in {@code folder}, which is made when the first is saved; {@code name} is this window's file. */
  public SessionStore(Path folder, String name) {
    this.folder = folder;
    own = folder.resolve(name + ENDING);
  }

  /** Keeps sessions in {@code folder} under the name of this process. */
  public static SessionStore ofThisProcess(Path folder) {
    ProcessHandle process = ProcessHandle.current();
    long started = process.info().startInstant().orElseGet(Instant::now).toEpochMilli();
    return new SessionStore(folder, "%d-%d".formatted(started, process.pid()));
  }

  /**
   * Keeps {@code session} as this window's. Once a closed one was kept, one that is late changes nothing.
   *
   * @throws InvalidInputException when it cannot be written; the one saved before is as it was
   */
  public synchronized void keep(Session session) {
    if (closed) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException denied) {
      throw new InvalidInputException("The session cannot be kept in %s: %s.".formatted(folder, AtomicFile.reason(denied)), denied);
    }
    Map<HistoryStep, String> now = new IdentityHashMap<>();
    String text =
        SessionCodec.encode(
            session, step -> now.computeIfAbsent(step, it -> encoded.computeIfAbsent(it, SessionCodec::step)));
    encoded = now;
    write(own, text);
    closed = session.ending() == Session.Ending.CLOSED;
  }

  /** The sessions of other windows that are gone, the latest first; a file that cannot be read is left out. */
  public List<Kept> others() {
    List<Kept> kept = new ArrayList<>();
    for (Path file : files()) {
      if (!file.equals(own) && !isRunning(file)) {
        try {
          kept.add(new Kept(file, read(file)));
        } catch (InvalidInputException unreadable) {
          LOG.log(Level.FINE, unreadable.getMessage(), unreadable);
        }
      }
    }
    kept.sort(Comparator.comparing((Kept it) -> it.session().saved()).reversed());
    return kept;
  }

  /** Deletes all but the newest. */
  public void tidy() {
    List<Kept> kept = others();
    for (Kept old : kept.subList(Math.min(KEPT, kept.size()), kept.size())) {
      try {
        Files.deleteIfExists(old.file());
      } catch (IOException denied) {
        LOG.log(Level.FINE, "an old session stays", denied);
      }
    }
  }

  /** Whether the process that {@code file} is named by still runs: then its window is open. */
  private static boolean isRunning(Path file) {
    Matcher name = PROCESS.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return false;
    }
    Instant began = Instant.ofEpochMilli(Long.parseLong(name.group(1)));
    return ProcessHandle.of(Long.parseLong(name.group(2)))
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().startInstant())
        .filter(start -> Duration.between(start, began).abs().compareTo(UNSURE) <= 0)
        .isPresent();
  }

  private List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(ENDING)).toList();
    } catch (IOException denied) {
      LOG.log(Level.INFO, "sessions cannot be listed in " + folder, denied);
      return List.of();
    }
  }

  /**
   * Reads the session in {@code file}.
   *
   * @throws InvalidInputException with one sentence, when there is none
   */
  public static Session read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new InvalidInputException("%s is no session of Bitloupe: it is larger than 256 MB.".formatted(file));
      }
      return SessionCodec.decode(Files.readString(file), file.toString());
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, AtomicFile.reason(failure)), failure);
    }
  }

  /**
   * Writes {@code session} to {@code file}, which afterwards holds all of it or what it held before.
   *
   * @throws InvalidInputException when it cannot be written
   */
  public static void write(Path file, Session session) {
    write(file, SessionCodec.encode(session));
  }

  private static void write(Path file, String text) {
    Path target = file.toAbsolutePath();
    Path unfinished = target.resolveSibling(target.getFileName() + ".part");
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      try (FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder(target);
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be written: %s.".formatted(file, AtomicFile.reason(failure)), failure);
    }
  }

  /** Makes the new name last. Some systems do not open folders; there the rename lasts as their file system has it. */
  private static void syncFolder(Path target) {
    Path parent = target.getParent();
    if (parent == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      LOG.log(Level.FINEST, "the folder was not synchronized", unsupported);
    }
  }
}
