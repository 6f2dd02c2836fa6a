/** The window: JavaFX lives here and nowhere else. */
@NullMarked
package io.bitloupe.ui;

import org.jspecify.annotations.NullMarked;
