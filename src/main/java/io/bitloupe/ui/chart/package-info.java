/** Charts drawn by hand: axes, ticks, and a canvas whose colours come from the style sheet. */
@NullMarked
package io.bitloupe.ui.chart;

import org.jspecify.annotations.NullMarked;
