/** Reports for people: the HTML page and CSV. */
@NullMarked
package io.bitloupe.report;

import org.jspecify.annotations.NullMarked;
