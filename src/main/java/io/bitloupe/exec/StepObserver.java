package io.bitloupe.exec;

import io.bitloupe.qdq.IntegerStep;
import io.bitloupe.qdq.Step;
import io.bitloupe.quant.CodeTensor;

/** Watches an integer run step by step. Called on the thread that runs. */
public interface StepObserver {

  /** Whether {@link #onCodes} is to be called for {@code step}: bringing codes into the graph's layout takes time. */
  default boolean observes(IntegerStep step) {
    return true;
  }

  /** An integer step wrote {@code output}, samples along the leading dimension; the codes are valid during the call only. */
  default void onCodes(IntegerStep step, CodeTensor output) {}

  /** {@code step} took {@code nanoseconds} for the whole batch. */
  default void onTime(Step step, long nanoseconds) {}

  /** Watches nothing. */
  StepObserver NONE =
      new StepObserver() {
        @Override
        public boolean observes(IntegerStep step) {
          return false;
        }
      };
}
