package io.bitloupe.cost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bitloupe.config.AtomicFile;
import io.bitloupe.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Hardware profiles as JSON files: the ones that ship, and the user's own. */
public final class HardwareProfiles {

  /** Names of the profiles that ship as files. */
  public static final List<String> SHIPPED = List.of("t4", "a100", "cortex-m7", "bit-fusion");

  /** Name of the profile that is measured where it is asked for. */
  public static final String THIS_MACHINE = "this-machine";

  private static final long LARGEST_FILE = 1L << 20;
  private static final Set<String> GRANULARITIES = Set.of("tensor", "channel", "channels", "block");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HardwareProfiles() {}

  /**
   * The profile of that name, or else the one in the file of that name.
   *
   * @param thisMachine measures the one of this machine
   * @throws InvalidInputException with one sentence, when there is neither
   */
  public static HardwareProfile find(String nameOrFile, Supplier<HardwareProfile> thisMachine) {
    if (nameOrFile.equals(THIS_MACHINE)) {
      return thisMachine.get();
    }
    if (SHIPPED.contains(nameOrFile)) {
      return shipped(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "There is no hardware profile '%s': it is no file, and none of %s, %s."
              .formatted(nameOrFile, THIS_MACHINE, String.join(", ", SHIPPED)));
    }
    return read(file);
  }

  /**
   * The profile in {@code file}.
   *
   * @throws InvalidInputException with one sentence, when it is none
   */
  public static HardwareProfile read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new InvalidInputException("%s is larger than any hardware profile.".formatted(file));
      }
      return decode(Files.readString(file), file.toString());
    } catch (IOException unreadable) {
      throw new InvalidInputException("%s cannot be read: %s.".formatted(file, AtomicFile.reason(unreadable)), unreadable);
    }
  }

  /** The profile of that name, one of {@link #SHIPPED}. */
  public static HardwareProfile shipped(String name) {
    try (InputStream stream = HardwareProfiles.class.getResourceAsStream(name + ".json")) {
      if (stream == null) {
        throw new IllegalStateException("the profile " + name + " is missing from this installation");
      }
      return decode(new String(stream.readAllBytes(), StandardCharsets.UTF_8), name);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /**
   * Reads a profile.
   *
   * @param source where the text comes from, for messages
   * @throws InvalidInputException with one sentence, when it is none
   */
  public static HardwareProfile decode(String json, String source) {
    try {
      return new Reader(JSON.readTree(json), source).profile();
    } catch (JsonProcessingException notJson) {
      throw new InvalidInputException("%s is no JSON document: %s.".formatted(source, notJson.getOriginalMessage()), notJson);
    }
  }

  /** {@code profile} as a JSON document that {@link #decode} reads back equal. */
  public static String encode(HardwareProfile profile) {
    ObjectNode json = JSON.createObjectNode().put("name", profile.name()).put("source", profile.source());
    ArrayNode weights = json.putArray("weightBits");
    new TreeSet<>(profile.weightBits()).forEach(weights::add);
    ArrayNode activations = json.putArray("activationBits");
    new TreeSet<>(profile.activationBits()).forEach(activations::add);
    ArrayNode granularities = json.putArray("granularities");
    new TreeSet<>(profile.granularities()).forEach(granularities::add);
    ArrayNode peaks = json.putArray("peaks");
    for (HardwareProfile.Peak peak : profile.peaks()) {
      peaks
          .addObject()
          .put("weightBits", peak.weightBits())
          .put("activationBits", peak.activationBits())
          .put("operationsPerSecond", peak.operationsPerSecond());
    }
    json.put("bytesPerSecond", profile.bytesPerSecond()).put("layerOverheadSeconds", profile.layerOverheadSeconds());
    return json.toPrettyString() + "\n";
  }

  /** One document, every problem with the name of the field. */
  private record Reader(JsonNode json, String source) {

    HardwareProfile profile() {
      if (!json.isObject()) {
        throw refused("a hardware profile is an object");
      }
      Set<String> granularities = new HashSet<>();
      for (JsonNode item : array(json, "granularities")) {
        if (!GRANULARITIES.contains(item.asText())) {
          throw refused("granularities can be %s, not '%s'".formatted(String.join(", ", new TreeSet<>(GRANULARITIES)), item.asText()));
        }
        granularities.add(item.asText());
      }
      List<HardwareProfile.Peak> peaks = new ArrayList<>();
      for (JsonNode item : array(json, "peaks")) {
        peaks.add(
            new HardwareProfile.Peak(
                (int) number(item, "weightBits", 1, Float.SIZE),
                (int) number(item, "activationBits", 1, Float.SIZE),
                number(item, "operationsPerSecond", Double.MIN_NORMAL, Double.MAX_VALUE)));
      }
      return new HardwareProfile(
          text("name"),
          text("source"),
          widths("weightBits"),
          widths("activationBits"),
          granularities,
          peaks,
          number(json, "bytesPerSecond", Double.MIN_NORMAL, Double.MAX_VALUE),
          number(json, "layerOverheadSeconds", 0, Double.MAX_VALUE));
    }

    private Set<Integer> widths(String field) {
      Set<Integer> widths = new HashSet<>();
      for (JsonNode item : array(json, field)) {
        if (!item.isInt() || item.intValue() < 1 || item.intValue() > Float.SIZE) {
          throw refused("'%s' holds %s, which is no width from 1 to 32".formatted(field, item));
        }
        widths.add(item.intValue());
      }
      return widths;
    }

    private String text(String field) {
      return Optional.ofNullable(json.get(field))
          .filter(JsonNode::isTextual)
          .map(JsonNode::textValue)
          .orElseThrow(() -> refused("the text '%s' is missing".formatted(field)));
    }

    private JsonNode array(JsonNode node, String field) {
      return Optional.ofNullable(node.get(field))
          .filter(found -> found.isArray() && !found.isEmpty())
          .orElseThrow(() -> refused("the list '%s' is missing".formatted(field)));
    }

    private double number(JsonNode node, String field, double least, double most) {
      return Optional.ofNullable(node.get(field))
          .filter(found -> found.isNumber() && found.doubleValue() >= least && found.doubleValue() <= most)
          .map(JsonNode::doubleValue)
          .orElseThrow(() -> refused("the number '%s' is missing or out of range".formatted(field)));
    }

    private InvalidInputException refused(String reason) {
      return new InvalidInputException("%s is no hardware profile: %s.".formatted(source, reason));
    }
  }
}
