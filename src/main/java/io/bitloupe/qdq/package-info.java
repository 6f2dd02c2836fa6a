/** Lowers a graph and a configuration, once, to integer steps and float islands, and to the equivalent QDQ graph. */
@NullMarked
package io.bitloupe.qdq;

import org.jspecify.annotations.NullMarked;
