/** The runtimes: float and simulated through ONNX Runtime, and the integer plan of our own. */
@NullMarked
package io.bitloupe.exec;

import org.jspecify.annotations.NullMarked;
