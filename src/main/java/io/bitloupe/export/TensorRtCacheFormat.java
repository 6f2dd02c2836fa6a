package io.bitloupe.export;

import io.bitloupe.config.AtomicFile;
import io.bitloupe.config.TextFiles;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.model.Model;
import io.bitloupe.quant.Affine;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.QuantParams;
import io.bitloupe.quant.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * TensorRT's calibration cache: the scale of every activation, for symmetric codes of 8 bits. Implicit quantization is deprecated
 * since TensorRT 10.1; the QDQ file is the better way there.
 */
public final class TensorRtCacheFormat implements ReadableFormat {

  private static final String HEADER = "TRT-8501-EntropyCalibration2";
  private static final IntegerFormat SYMMETRIC = new IntegerFormat(8, true, Scheme.SYMMETRIC);

  @Override
  public String id() {
    return "tensorrt-cache";
  }

  @Override
  public String title() {
    return "TensorRT calibration cache";
  }

  @Override
  public String extension() {
    return "cache";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    Encodings encodings = Encodings.of(request);
    List<Loss> losses = new ArrayList<>(encodings.dynamicLosses());
    losses.addAll(CommonLosses.ofEncodings(request));
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    encodings.activations().forEach(
        (tensor, params) -> {
          Affine affine = params.single();
          IntegerFormat format = params.format();
          float magnitude = Math.max(Math.abs(affine.dequantize(format.quantMin())), Math.abs(affine.dequantize(format.quantMax())));
          float scale = format.equals(SYMMETRIC) ? affine.scale() : magnitude / SYMMETRIC.quantMax();
          if (!format.equals(SYMMETRIC)) {
            losses.add(new Loss(tensor, "TensorRT's codes are symmetric and of 8 bits, and these are not; the scale covers their range"));
          }
          text.append("%s: %08x%n".formatted(tensor, Float.floatToIntBits(scale)).replace(System.lineSeparator(), "\n"));
        });
    for (String weight : encodings.weights().keySet()) {
      losses.add(new Loss(Encodings.subject(request.model(), weight),
          "the cache has no weights; TensorRT finds their scales by channel itself"));
    }
    AtomicFile.writeText(file, text.toString());
    return losses;
  }

  @Override
  public Imported read(Path file, Model model) {
    List<String> lines = TextFiles.read(file, title()).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().startsWith("TRT-")) {
      throw new InvalidInputException("%s is no calibration cache of TensorRT: its first line does not begin with TRT-.".formatted(file));
    }
    ConfigCollector collector = new ConfigCollector(model);
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i);
      int colon = line.lastIndexOf(": ");
      if (line.isBlank()) {
        continue;
      }
      if (colon < 0 || !line.substring(colon + 2).strip().matches("[0-9a-fA-F]{1,8}")) {
        throw new InvalidInputException("%s: line %d has no scale in hexadecimal behind a colon.".formatted(file, i + 1));
      }
      float scale = Float.intBitsToFloat(Integer.parseUnsignedInt(line.substring(colon + 2).strip(), 16));
      String tensor = line.substring(0, colon);
      if (scale > 0 && Float.isFinite(scale)) {
        collector.add(tensor, QuantParams.perTensor(SYMMETRIC, new Affine(scale, 0)));
      } else {
        collector.lose(tensor, "its scale %s is not above 0".formatted(scale));
      }
    }
    return collector.finish();
  }
}
