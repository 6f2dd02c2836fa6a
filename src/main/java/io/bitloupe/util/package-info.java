/** What any package may need and no field of the product owns. */
@NullMarked
package io.bitloupe.util;

import org.jspecify.annotations.NullMarked;
