package io.bitloupe.engine.sensitivity;

import java.util.OptionalDouble;

/**
 * Traces of three matrices that say how a loss bends when the weights of one layer move, means over some samples.
 *
 * @param gaussNewton of the Fisher matrix of the model's own answers: the Hessian, at the float weights, of the divergence from them
 * @param fisher of the empirical Fisher matrix, the mean of {@code |g|^2} over samples with the gradient {@code g} of the loss of
 *     the label; empty without labels
 * @param hessian of the Hessian of the loss of the labels; empty without labels
 */
public record Curvature(double gaussNewton, OptionalDouble fisher, OptionalDouble hessian) {}
