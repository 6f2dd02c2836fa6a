/** Histogram of a tensor with its clipping range. */
@NullMarked
package io.bitloupe.ui.distribution;

import org.jspecify.annotations.NullMarked;
