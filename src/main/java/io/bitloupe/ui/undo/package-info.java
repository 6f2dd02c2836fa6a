/** Changes of the configuration as described commands. */
@NullMarked
package io.bitloupe.ui.undo;

import org.jspecify.annotations.NullMarked;
