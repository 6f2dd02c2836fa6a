package io.bitloupe.export;

import io.bitloupe.config.ConfigCodec;
import io.bitloupe.config.QuantConfig;
import io.bitloupe.model.Model;
import java.nio.file.Path;
import java.util.List;

/** Bitloupe's own configuration file with every scale and zero-point, which every command and the window read back. */
public final class BitloupeConfigFormat implements ReadableFormat {

  @Override
  public String id() {
    return "bitloupe";
  }

  @Override
  public String title() {
    return "Bitloupe configuration";
  }

  @Override
  public String extension() {
    return "json";
  }

  @Override
  public List<Loss> write(ExportRequest request, Path file) {
    QuantConfig.ModelReference reference =
        new QuantConfig.ModelReference(request.model().fileName(), request.model().sha256());
    ConfigCodec.write(request.config().config().forModel(reference), file);
    return List.of();
  }

  @Override
  public Imported read(Path file, Model model) {
    return new Imported(ConfigCodec.read(file, model), List.of());
  }
}
