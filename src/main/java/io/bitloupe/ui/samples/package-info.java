/** Samples that the configuration answers otherwise than the float model. */
@NullMarked
package io.bitloupe.ui.samples;

import org.jspecify.annotations.NullMarked;
