/** Number formats, schemes, granularity and rounding: how a real number becomes an integer code and back. */
@NullMarked
package io.bitloupe.quant;

import org.jspecify.annotations.NullMarked;
