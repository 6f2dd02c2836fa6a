/** Integer matrix products, requantization, and the choice between implementations. */
@NullMarked
package io.bitloupe.kernel;

import org.jspecify.annotations.NullMarked;
