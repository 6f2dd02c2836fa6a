/** Which layer gets which bits: mixed-precision search on a surrogate, checked by measuring. */
@NullMarked
package io.bitloupe.search;

import org.jspecify.annotations.NullMarked;
