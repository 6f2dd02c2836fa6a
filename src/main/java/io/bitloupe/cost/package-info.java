/** What a configuration costs: bytes, bit operations, time. */
@NullMarked
package io.bitloupe.cost;

import org.jspecify.annotations.NullMarked;
