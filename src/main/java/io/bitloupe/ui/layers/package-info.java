/** The layer table and the editor below it. */
@NullMarked
package io.bitloupe.ui.layers;

import org.jspecify.annotations.NullMarked;
