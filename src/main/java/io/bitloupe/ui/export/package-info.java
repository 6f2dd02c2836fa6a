/** What leaves the window as a file. */
@NullMarked
package io.bitloupe.ui.export;

import org.jspecify.annotations.NullMarked;
