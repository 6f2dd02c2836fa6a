/** Streaming statistics of tensors, and the estimators that turn them into clipping ranges. */
@NullMarked
package io.bitloupe.quant.calibrate;

import org.jspecify.annotations.NullMarked;
