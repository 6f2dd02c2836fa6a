/** Data sets: readers, preprocessing and the split into calibration, tuning and report parts. */
@NullMarked
package io.bitloupe.data;

import org.jspecify.annotations.NullMarked;
