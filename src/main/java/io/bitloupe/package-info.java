/** Where the program starts. */
@NullMarked
package io.bitloupe;

import org.jspecify.annotations.NullMarked;
