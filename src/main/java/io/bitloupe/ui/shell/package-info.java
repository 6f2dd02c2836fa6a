/** The main window: menu, toolbar, headline numbers, panes. */
@NullMarked
package io.bitloupe.ui.shell;

import org.jspecify.annotations.NullMarked;
