/** The only place where the window meets threads: background work, the way back to the FX thread, debouncing. */
@NullMarked
package io.bitloupe.ui.task;

import org.jspecify.annotations.NullMarked;
