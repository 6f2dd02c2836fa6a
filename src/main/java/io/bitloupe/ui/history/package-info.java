/** The strip of history cards. */
@NullMarked
package io.bitloupe.ui.history;

import org.jspecify.annotations.NullMarked;
