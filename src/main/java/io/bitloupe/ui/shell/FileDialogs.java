package io.bitloupe.ui.shell;

import io.bitloupe.ui.export.ExportKind;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.prefs.Preferences;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** Asks for files; starts in the folder of last time. */
final class FileDialogs {
  private final Preferences preferences;

  FileDialogs(Preferences preferences) {
    this.preferences = preferences;
  }

  Optional<Path> model(Window owner) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(Messages.get("dialog.model"));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.onnx"), "*.onnx"));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.all"), "*"));
    folder("model").ifPresent(chooser::setInitialDirectory);
    return remember("model", chooser.showOpenDialog(owner));
  }

  Optional<Path> dataFile(Window owner) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(Messages.get("dialog.data"));
    chooser.getExtensionFilters()
        .add(new FileChooser.ExtensionFilter(Messages.get("dialog.dataFiles"), "*.npz", "*.npy", "*ubyte", "*ubyte.gz", "*.idx", "*.gz"));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.all"), "*"));
    folder("data").ifPresent(chooser::setInitialDirectory);
    return remember("data", chooser.showOpenDialog(owner));
  }

  Optional<Path> dataFolder(Window owner) {
    DirectoryChooser chooser = new DirectoryChooser();
    chooser.setTitle(Messages.get("dialog.folder"));
    folder("data").ifPresent(chooser::setInitialDirectory);
    return remember("data", chooser.showDialog(owner));
  }

  Optional<Path> hardware(Window owner) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(Messages.get("dialog.hardware"));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.hardwareFiles"), "*.json", "*.csv"));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.all"), "*"));
    folder("hardware").ifPresent(chooser::setInitialDirectory);
    return remember("hardware", chooser.showOpenDialog(owner));
  }

  Optional<Path> export(Window owner, ExportKind kind, String model) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(kind.title());
    chooser.setInitialFileName(kind.fileName(model));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(kind.title(), "*." + kind.extension()));
    folder("export").ifPresent(chooser::setInitialDirectory);
    return remember("export", chooser.showSaveDialog(owner));
  }

  Optional<Path> measurements(Window owner, String model) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(Messages.get("dialog.measurements"));
    chooser.setInitialFileName(model.replaceAll("\\.onnx$", "") + ".csv");
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.tables"), "*.csv", "*.json", "*.html"));
    folder("export").ifPresent(chooser::setInitialDirectory);
    return remember("export", chooser.showSaveDialog(owner));
  }

  Optional<Path> openSession(Window owner) {
    return remember("session", sessions(Messages.get("dialog.openSession")).showOpenDialog(owner));
  }

  Optional<Path> saveSession(Window owner, String model) {
    FileChooser chooser = sessions(Messages.get("dialog.saveSession"));
    chooser.setInitialFileName(model.replaceAll("\\.onnx$", "") + ".session.json");
    return remember("session", chooser.showSaveDialog(owner));
  }

  Optional<Path> picture(Window owner, String extension) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(Messages.get("dialog.picture"));
    chooser.setInitialFileName("trade-off." + extension);
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.pictures"), "*." + extension));
    folder("export").ifPresent(chooser::setInitialDirectory);
    return remember("export", chooser.showSaveDialog(owner));
  }

  private FileChooser sessions(String title) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(title);
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(Messages.get("dialog.sessions"), "*.session.json"));
    folder("session").ifPresent(chooser::setInitialDirectory);
    return chooser;
  }

  private Optional<File> folder(String kind) {
    return preferences.get("folder." + kind).map(Path::of).filter(Files::isDirectory).map(Path::toFile);
  }

  private Optional<Path> remember(String kind, @Nullable File chosen) {
    Optional<Path> path = Optional.ofNullable(chosen).map(File::toPath);
    path.map(Path::getParent).ifPresent(folder -> preferences.put("folder." + kind, folder.toString()));
    return path;
  }
}
