/** What the window remembers from one start to the next. */
@NullMarked
package io.bitloupe.ui.prefs;

import org.jspecify.annotations.NullMarked;
