package io.bitloupe.engine;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.exec.Progress;
import java.util.Optional;

/** The workbench that went through a recipe last: who asks for the same again does not wait for it again. Thread-safe. */
final class LastPrepared {

  private record Kept(Workbench workbench, String key, Prepared prepared) {}

  private Optional<Kept> last = Optional.empty();

  /** What {@link RecipeRun#prepare} gives. */
  Prepared prepare(Workbench workbench, QuantConfig config, WorkerPool pool, Progress progress) {
    if (config.recipe().isEmpty()) {
      return Prepared.unchanged(workbench);
    }
    String key = RecipeRun.key(workbench.model(), config);
    return find(workbench, key).orElseGet(() -> keep(new Kept(workbench, key, RecipeRun.prepare(workbench, config, pool, progress))));
  }

  /** Lets go of the models of other workbenches. */
  synchronized void forgetOthers(Workbench workbench) {
    last = last.filter(kept -> kept.workbench().equals(workbench));
  }

  private synchronized Optional<Prepared> find(Workbench workbench, String key) {
    return last.filter(kept -> kept.workbench().equals(workbench) && kept.key().equals(key)).map(Kept::prepared);
  }

  private synchronized Prepared keep(Kept fresh) {
    last = Optional.of(fresh);
    return fresh.prepared();
  }
}
