package io.bitloupe.exec;

import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.CodeTensor;
import java.util.List;

/** Watches an integer run step by step. Called on the thread that runs. */
public interface StepObserver {

  /** Whether {@link #onCodes} is to be called at all: bringing codes into the graph's layout takes time. */
  default boolean observesCodes() {
    return true;
  }

  /** An integer step wrote {@code output}, samples along the leading dimension; the codes are valid during the call only. */
  default void onCodes(IntegerStep step, CodeTensor output) {}

  /** Whether {@link #onInputs} is to be called before {@code step}. */
  default boolean observesInputs(IntegerStep step) {
    return false;
  }

  /** {@code step} is about to read {@code inputs}, its activations in order; the codes are valid during the call only. */
  default void onInputs(IntegerStep step, List<CodeTensor> inputs) {}

  /** {@code step} took {@code nanoseconds} for the whole batch. */
  default void onTime(Step step, long nanoseconds) {}

  /** Watches nothing. */
  StepObserver NONE =
      new StepObserver() {
        @Override
        public boolean observesCodes() {
          return false;
        }
      };
}
