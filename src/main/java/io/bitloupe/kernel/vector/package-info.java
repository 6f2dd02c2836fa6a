/** Kernels on the Vector API, bit for bit equal to the oracle. */
@NullMarked
package io.bitloupe.kernel.vector;

import org.jspecify.annotations.NullMarked;
