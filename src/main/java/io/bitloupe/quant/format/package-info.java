/** Number formats of weights: which real numbers they can hold, how weights are encoded in them, and what that costs. */
@NullMarked
package io.bitloupe.quant.format;

import org.jspecify.annotations.NullMarked;
