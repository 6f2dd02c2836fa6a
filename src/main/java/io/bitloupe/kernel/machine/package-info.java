/** Kernels in machine code that Bitloupe emits itself, for the integer instructions that the Vector API does not reach. */
@NullMarked
package io.bitloupe.kernel.machine;

import org.jspecify.annotations.NullMarked;
