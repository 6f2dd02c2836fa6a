/** Benchmarks: kernels, whole models and live changes, each beside ONNX Runtime in the same run. */
@NullMarked
package io.bitloupe.engine.bench;

import org.jspecify.annotations.NullMarked;
