/** What is measured of a run: accuracy with intervals, agreement, signal-to-noise, similarity. */
@NullMarked
package io.bitloupe.metric;

import org.jspecify.annotations.NullMarked;
