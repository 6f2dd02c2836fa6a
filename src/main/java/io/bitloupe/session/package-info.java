/** Saved work: the history of configurations and what each measured. */
@NullMarked
package io.bitloupe.session;

import org.jspecify.annotations.NullMarked;
