/** Writers of files for other tools, each behind one interface. */
@NullMarked
package io.bitloupe.export;

import org.jspecify.annotations.NullMarked;
