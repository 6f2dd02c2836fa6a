/** Ranges of the channels of a weight. */
@NullMarked
package io.bitloupe.ui.channels;

import org.jspecify.annotations.NullMarked;
