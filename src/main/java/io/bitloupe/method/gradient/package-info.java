/** Derivatives of a network by its tensors, for what learns. */
@NullMarked
package io.bitloupe.method.gradient;

import org.jspecify.annotations.NullMarked;
