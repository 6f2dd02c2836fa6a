/** Measures the window itself: how soon it opens, and how evenly it draws while the engine works. */
@NullMarked
package io.bitloupe.ui.bench;

import org.jspecify.annotations.NullMarked;
