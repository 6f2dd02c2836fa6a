/** The command line, one class per command. */
@NullMarked
package io.bitloupe.cli;

import org.jspecify.annotations.NullMarked;
