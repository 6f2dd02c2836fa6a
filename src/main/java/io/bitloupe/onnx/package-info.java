/** ONNX files to graphs and back: reading with limits, upgrading, folding, finding layers, writing. */
@NullMarked
package io.bitloupe.onnx;

import org.jspecify.annotations.NullMarked;
