/** What becomes of the configuration where it is deployed: the target's verdict, ONNX Runtime's answer and its time. */
@NullMarked
package io.bitloupe.ui.deploy;

import org.jspecify.annotations.NullMarked;
