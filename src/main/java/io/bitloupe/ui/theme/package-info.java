/** Light and dark. */
@NullMarked
package io.bitloupe.ui.theme;

import org.jspecify.annotations.NullMarked;
