/** Quantization algorithms as transforms of a model and its configuration, composed into recipes. */
@NullMarked
package io.bitloupe.method;

import org.jspecify.annotations.NullMarked;
