package io.bitloupe.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A journal in a file of a run directory: a line of JSON for each response, written as soon as it is known. A line that a killed
 * process left unfinished is cut off when the file is opened again.
 */
public final class ResponseFile implements ResponseJournal, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "responses.jsonl";

  private final Path file;
  private final RandomAccessFile out;
  private final Map<String, Response> known = new ConcurrentHashMap<>();

  private ResponseFile(Path file, RandomAccessFile out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Opens the journal of the run directory {@code folder}, which is made if it is not there.
   *
   * @throws InvalidInputException with one sentence, when that cannot be done, or somebody else uses it
   */
  @SuppressWarnings("resource") // closed with the journal, which gives the lock back
  public static ResponseFile open(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
      if (!isOurs(out)) {
        out.close();
        throw new InvalidInputException("%s is in use by another run.".formatted(folder));
      }
      ResponseFile journal = new ResponseFile(file, out);
      journal.read();
      return journal;
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be used as a run directory: %s.".formatted(folder, AtomicFile.reason(failure)), failure);
    }
  }

  /** Whether nobody else has the journal open; the system forgets the lock of a process that is killed. */
  private static boolean isOurs(RandomAccessFile out) throws IOException {
    try {
      return out.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException ownProcess) {
      return false;
    }
  }

  private void read() throws IOException {
    byte[] bytes = new byte[Math.toIntExact(out.length())];
    out.readFully(bytes);
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (!take(new String(bytes, from, i - from, StandardCharsets.UTF_8))) {
          break;
        }
        from = i + 1;
      }
    }
    out.setLength(from);
    out.seek(from);
  }

  private boolean take(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      Optional<BitSet> right =
          json.path("right").isTextual()
              ? Optional.of(BitSet.valueOf(HexFormat.of().parseHex(json.get("right").textValue())))
              : Optional.empty();
      double sqnr = json.path("outputSqnrDb").isNumber() ? json.get("outputSqnrDb").doubleValue() : Double.POSITIVE_INFINITY;
      if (!json.path("key").isTextual() || !json.path("divergence").isNumber()) {
        return false;
      }
      known.put(
          json.get("key").textValue(),
          new Response(
              json.path("samples").intValue(), right, json.path("agreeing").intValue(), json.get("divergence").doubleValue(), sqnr));
      return true;
    } catch (JsonProcessingException | IllegalArgumentException unfinished) {
      return false;
    }
  }

  @Override
  public Optional<Response> find(String key) {
    return Optional.ofNullable(known.get(key));
  }

  @Override
  public synchronized void record(String key, Response response) {
    if (known.put(key, response) != null) {
      return;
    }
    ObjectNode json =
        JSON.createObjectNode()
            .put("key", key)
            .put("samples", response.samples())
            .put("agreeing", response.agreeing())
            .put("divergence", response.divergence());
    if (Double.isFinite(response.outputSqnrDb())) {
      json.put("outputSqnrDb", response.outputSqnrDb());
    }
    response.right().ifPresent(right -> json.put("right", HexFormat.of().formatHex(right.toByteArray())));
    try {
      out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be written: %s.".formatted(file, AtomicFile.reason(failure)), failure);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException failure) {
      throw new InvalidInputException("%s cannot be written: %s.".formatted(file, AtomicFile.reason(failure)), failure);
    }
  }
}
