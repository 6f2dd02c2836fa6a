package io.bitloupe.engine;

/** Hears of an experiment. Called on engine threads, one call at a time for one experiment. */
public interface ExperimentListener {

  /** A first or better estimate; at most 20 times a second. */
  void onEstimate(Evaluation partial);

  /** The final figures; nothing follows. */
  void onComplete(Evaluation result);

  /** A newer experiment or the user stopped it; nothing follows. */
  void onCancelled();

  /** It failed; the message is one sentence for the user, and nothing follows. */
  void onFailure(RuntimeException failure);
}
