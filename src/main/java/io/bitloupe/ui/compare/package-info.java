/** Two measured configurations side by side. */
@NullMarked
package io.bitloupe.ui.compare;

import org.jspecify.annotations.NullMarked;
