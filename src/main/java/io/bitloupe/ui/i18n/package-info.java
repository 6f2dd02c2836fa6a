/** What the window says: texts from the bundle, numbers and units as people read them. */
@NullMarked
package io.bitloupe.ui.i18n;

import org.jspecify.annotations.NullMarked;
