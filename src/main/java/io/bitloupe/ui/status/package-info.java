/** The status bar. */
@NullMarked
package io.bitloupe.ui.status;

import org.jspecify.annotations.NullMarked;
