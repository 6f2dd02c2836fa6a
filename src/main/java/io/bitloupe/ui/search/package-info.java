/** The Search tab: what each layer loses at each width, and the configurations that a search found. */
@NullMarked
package io.bitloupe.ui.search;

import org.jspecify.annotations.NullMarked;
