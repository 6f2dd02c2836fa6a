/** What a target will fuse, saturate or refuse of a quantized model, and why. */
@NullMarked
package io.bitloupe.lint;

import org.jspecify.annotations.NullMarked;
