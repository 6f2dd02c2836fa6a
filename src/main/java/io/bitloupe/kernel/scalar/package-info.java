/** The oracle: the shortest correct form of each kernel. */
@NullMarked
package io.bitloupe.kernel.scalar;

import org.jspecify.annotations.NullMarked;
