/** The multiple-choice knapsack behind mixed precision, and algorithms that solve it. */
@NullMarked
package io.bitloupe.search.solve;

import org.jspecify.annotations.NullMarked;
