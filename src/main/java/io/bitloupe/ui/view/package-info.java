/** What all views share: loading FXML, small controls. */
@NullMarked
package io.bitloupe.ui.view;

import org.jspecify.annotations.NullMarked;
