package io.bitloupe.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.ConfigCodec;
import io.bitloupe.model.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Sessions as JSON documents; what is written reads back equal. */
public final class SessionCodec {
  /** Version of the format. */
  public static final int VERSION = 1;

  private static final String MARK = "bitloupeSession";
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SessionCodec() {}

  /** {@code session} as a JSON document. */
  public static String encode(Session session) {
    return encode(session, SessionCodec::step);
  }

  /** {@code session} as a JSON document whose steps are as {@code steps} writes them. */
  static String encode(Session session, Function<HistoryStep, String> steps) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put(MARK, VERSION);
    document.putObject("model").put("file", session.model().toString()).put("sha256", session.modelSha256());
    session.data()
        .ifPresent(
            data ->
                document
                    .putObject("data")
                    .put("path", data.path().toString())
                    .put("bytes", data.bytes())
                    .put("modified", data.modified().toString()));
    document.put("saved", session.saved().toString()).put("ending", session.ending().name());
    document.put("current", session.history().current());
    ArrayNode undone = document.putArray("undone");
    session.history().undone().forEach(undone::add);
    String head = text(document);
    return session.history().steps().stream()
        .map(steps)
        .collect(Collectors.joining(",", head.substring(0, head.length() - 1) + ",\"steps\":[", "]}"));
  }

  /** {@code step} as a JSON object. */
  static String step(HistoryStep step) {
    try {
      ObjectNode node = MAPPER.createObjectNode();
      node.put("parent", step.parent()).put("description", step.description()).put("time", step.time().toString());
      node.set("config", MAPPER.readTree(ConfigCodec.encode(step.config())));
      step.measured().ifPresent(measured -> node.set("measured", EvaluationJson.encode(measured)));
      return text(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String text(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Reads a JSON document.
   *
   * @param source where the text comes from, for messages
   * @throws InvalidInputException with one sentence, when the document cannot be used
   */
  public static Session decode(String json, String source) {
    try {
      JsonNode document = MAPPER.readTree(json);
      if (!document.has(MARK)) {
        throw new InvalidInputException("the field \"%s\" is missing".formatted(MARK));
      }
      if (document.get(MARK).asInt() != VERSION) {
        throw new InvalidInputException(
            "it has format version %s, and this program reads version %d".formatted(document.get(MARK), VERSION));
      }
      JsonNode model = JsonFields.required(document, "model");
      return new Session(
          Path.of(JsonFields.text(model, "file")),
          JsonFields.text(model, "sha256"),
          Optional.ofNullable(document.get("data")).map(SessionCodec::data),
          history(document, source),
          Instant.parse(JsonFields.text(document, "saved")),
          JsonFields.constant(Session.Ending.class, document, "ending"));
    } catch (JsonProcessingException | InvalidPathException | DateTimeException malformed) {
      throw new InvalidInputException("%s is no session of Bitloupe: it cannot be parsed.".formatted(source), malformed);
    } catch (InvalidInputException refused) {
      throw new InvalidInputException("%s is no session of Bitloupe: %s.".formatted(source, refused.getMessage()), refused);
    }
  }

  private static DataReference data(JsonNode node) {
    return new DataReference(
        Path.of(JsonFields.text(node, "path")), JsonFields.whole(node, "bytes"), Instant.parse(JsonFields.text(node, "modified")));
  }

  private static History history(JsonNode document, String source) {
    List<HistoryStep> steps = new ArrayList<>();
    for (JsonNode node : JsonFields.required(document, "steps")) {
      int number = steps.size() + 1;
      int parent = JsonFields.integer(node, "parent");
      if (parent < 0 || parent >= number) {
        throw new InvalidInputException("step %d was made from step %d".formatted(number, parent));
      }
      steps.add(
          new HistoryStep(
              number,
              parent,
              JsonFields.text(node, "description"),
              Instant.parse(JsonFields.text(node, "time")),
              ConfigCodec.decode(JsonFields.required(node, "config").toString(), source, Optional.empty()),
              Optional.ofNullable(node.get("measured")).map(EvaluationJson::decode)));
    }
    List<Integer> undone = new ArrayList<>();
    JsonFields.required(document, "undone").forEach(number -> undone.add(known(number.asInt(), steps)));
    return new History(steps, known(JsonFields.integer(document, "current"), steps), undone);
  }

  private static int known(int number, List<HistoryStep> steps) {
    if (number < 1 || number > steps.size()) {
      throw new InvalidInputException("it has no step %d".formatted(number));
    }
    return number;
  }
}
