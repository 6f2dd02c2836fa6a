package io.bitloupe.ui.workspace;

import io.bitloupe.data.Batch;
import io.bitloupe.data.Preprocessing;
import io.bitloupe.data.PreprocessingReader;
import io.bitloupe.data.SamplePicture;
import io.bitloupe.engine.Workbench;
import io.bitloupe.model.Tensor;
import io.bitloupe.ui.i18n.Messages;
import io.bitloupe.ui.task.LatestTask;
import io.bitloupe.ui.task.Tasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.collections.FXCollections;
import javafx.collections.ObservableMap;

/** Pictures of samples of the report part, read in the background, some at a time. For the FX thread only. */
public final class PictureLoader {
  private static final Logger LOG = Logger.getLogger(PictureLoader.class.getName());
  private static final int CHUNK = 12;
  private static final int MOST = 300;

  private final LatestTask task;
  private final ObservableMap<Integer, SamplePicture> pictures = FXCollections.observableHashMap();
  private Optional<Workbench> workbench = Optional.empty();

  /** Reads on {@code tasks}. */
  public PictureLoader(Tasks tasks) {
    task = new LatestTask(tasks);
  }

  /** The pictures that are there, by sample. */
  public ObservableMap<Integer, SamplePicture> pictures() {
    return pictures;
  }

  /** Reads the pictures of {@code samples}, the first ones first and not more than people look at; those of other data are forgotten. */
  public void load(Workbench of, List<Integer> samples) {
    if (!workbench.equals(Optional.of(of))) {
      pictures.clear();
      workbench = Optional.of(of);
    }
    List<Integer> missing = samples.stream().filter(sample -> !pictures.containsKey(sample)).limit(MOST).toList();
    loadNext(of, missing);
  }

  private void loadNext(Workbench of, List<Integer> missing) {
    if (missing.isEmpty()) {
      task.cancel();
      return;
    }
    List<Integer> now = missing.subList(0, Math.min(CHUNK, missing.size()));
    task.run(
        Messages.get("job.pictures"),
        _ -> read(of, now),
        read -> {
          pictures.putAll(read);
          loadNext(of, missing.subList(now.size(), missing.size()));
        },
        failure -> LOG.log(Level.WARNING, "pictures cannot be read", failure));
  }

  private static Map<Integer, SamplePicture> read(Workbench of, List<Integer> samples) {
    Optional<Preprocessing> preprocessing = PreprocessingReader.beside(of.model().path());
    String input = of.model().graph().inputs().getFirst().name();
    Map<Integer, SamplePicture> read = new LinkedHashMap<>();
    for (int sample : samples) {
      Batch batch = of.data().report().batch(sample, 1);
      Tensor tensor = Optional.ofNullable(batch.inputs().get(input)).orElseThrow();
      read.put(sample, SamplePicture.of(tensor, preprocessing));
    }
    return read;
  }
}
