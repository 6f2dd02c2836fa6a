/** The Methods tab: recipes tried beside each other, one of them kept. */
@NullMarked
package io.bitloupe.ui.methods;

import org.jspecify.annotations.NullMarked;
