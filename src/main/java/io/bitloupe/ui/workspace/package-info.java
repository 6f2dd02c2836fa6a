/** What every view looks at: model, data, history, selection, running work. No control is known here. */
@NullMarked
package io.bitloupe.ui.workspace;

import org.jspecify.annotations.NullMarked;
