/** One output element followed from codes to code. */
@NullMarked
package io.bitloupe.ui.arithmetic;

import org.jspecify.annotations.NullMarked;
