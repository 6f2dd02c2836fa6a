package io.bitloupe.data;

import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.model.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads {@code .npz} files (arrays named as the model's inputs, and optional {@code labels}) and {@code .npy} files (the one
 * input of a model). The values are taken as they are.
 */
final class NumpyDataReader {

  private static final String LABELS = "labels";
  private static final String SUFFIX = ".npy";

  private NumpyDataReader() {}

  static Dataset readNpz(Path path, Model model) {
    List<ModelInput> inputs = ModelInput.of(model);
    Set<String> wanted = inputs.stream().map(ModelInput::name).collect(Collectors.toSet());
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    Set<String> names = new TreeSet<>();
    wanted.add(LABELS);
    try (ZipFile zip = new ZipFile(path.toFile())) {
      var entries = zip.entries();
      Set<String> seen = new HashSet<>();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (entry.getName().endsWith(SUFFIX)) {
          String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
          if (!seen.add(name)) {
            throw Refusal.of(path, "it has two arrays named '%s'".formatted(name));
          }
          names.add(name);
          if (wanted.contains(name)) {
            requireRoom(path, arrays, entry);
            arrays.put(name, read(path, zip, entry, name));
          }
        }
      }
    } catch (ZipException e) {
      throw Refusal.of(path, "it is no intact zip archive", e);
    } catch (IOException e) {
      throw Refusal.of(path, Refusal.reason(e), e);
    }
    Optional<Tensor> labels =
        inputs.stream().anyMatch(input -> input.name().equals(LABELS))
            ? Optional.empty()
            : Optional.ofNullable(arrays.get(LABELS));
    return dataset(path, inputs, arrays, names, labels, ModelInput.classes(model));
  }

  static Dataset readNpy(Path path, Model model) {
    List<ModelInput> inputs = ModelInput.of(model);
    if (inputs.size() != 1) {
      throw Refusal.of(
          path,
          "it is a single array, and the model has %d inputs, which takes an .npz file with an array for each"
              .formatted(inputs.size()));
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      Tensor array = NpyReader.read(in, Files.size(path));
      return dataset(path, inputs, Map.of(inputs.getFirst().name(), array), Set.of(), Optional.empty(), OptionalInt.empty());
    } catch (NpyReader.FormatException e) {
      throw Refusal.of(path, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw Refusal.of(path, Refusal.reason(e), e);
    }
  }

  private static void requireRoom(Path path, Map<String, Tensor> arrays, ZipEntry entry) {
    long sum = arrays.values().stream().mapToLong(array -> array.data().limit()).sum() + Math.max(0, entry.getSize());
    String problem = MemoryLimit.problem(sum);
    if (!problem.isEmpty()) {
      throw Refusal.of(path, problem);
    }
  }

  private static Tensor read(Path path, ZipFile zip, ZipEntry entry, String name) {
    try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
      long most = Math.max(entry.getSize(), 0);
      if (!MemoryLimit.plausible(most, entry.getCompressedSize())) {
        throw new EOFException("more claimed than the archive can hold");
      }
      return NpyReader.read(in, most);
    } catch (NpyReader.FormatException e) {
      throw Refusal.of(path, "in its array '%s', %s".formatted(name, e.getMessage()), e);
    } catch (EOFException e) {
      throw Refusal.of(path, "its array '%s' ends early".formatted(name), e);
    } catch (IOException e) {
      throw Refusal.of(path, "its array '%s' is damaged".formatted(name), e);
    }
  }

  private static Dataset dataset(
      Path path,
      List<ModelInput> inputs,
      Map<String, Tensor> arrays,
      Set<String> names,
      Optional<Tensor> labels,
      OptionalInt classes) {
    Map<String, SampleArray> samples = new LinkedHashMap<>();
    for (ModelInput input : inputs) {
      Tensor array =
          Optional.ofNullable(arrays.get(input.name())).orElseThrow(() -> missing(path, input.name(), names));
      samples.put(input.name(), SampleArray.of(path, input, array));
    }
    int[] checked = labels.map(array -> Labels.checked(path, Labels.integers(path, array), 0, classes)).orElse(new int[0]);
    Map<String, Integer> lengths = new LinkedHashMap<>();
    samples.forEach((name, array) -> array.samples().ifPresent(length -> lengths.put(name, length)));
    if (lengths.isEmpty()) {
      throw Refusal.of(path, "none of its arrays has samples along a leading dimension");
    }
    labels.ifPresent(array -> lengths.put(LABELS, checked.length));
    if (new HashSet<>(lengths.values()).size() > 1) {
      throw Refusal.of(
          path,
          "its arrays differ in their number of samples ("
              + lengths.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining(", "))
              + ")");
    }
    int size = lengths.values().iterator().next();
    if (size == 0) {
      throw Refusal.of(path, "it has no samples");
    }
    return new ArrayDataset(Refusal.fileName(path), size, samples, checked);
  }

  private static InvalidInputException missing(Path path, String input, Set<String> names) {
    return Refusal.of(
        path,
        "it has no array named '%s' as the model's input, %s"
            .formatted(input, names.isEmpty() ? "and none at all" : "only " + String.join(", ", names)));
  }
}
