/** What the user chose for each tensor: an immutable configuration with its JSON form, validation and resolution. */
@NullMarked
package io.bitloupe.config;

import org.jspecify.annotations.NullMarked;
