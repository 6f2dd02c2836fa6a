/** Accuracy against size and latency. */
@NullMarked
package io.bitloupe.ui.tradeoff;

import org.jspecify.annotations.NullMarked;
