/** The network as a layered drawing. */
@NullMarked
package io.bitloupe.ui.graph;

import org.jspecify.annotations.NullMarked;
