/** Experiments in the background: calibration, evaluation, the ledger of what was measured. */
@NullMarked
package io.bitloupe.engine;

import org.jspecify.annotations.NullMarked;
