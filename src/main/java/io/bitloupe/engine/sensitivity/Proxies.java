package io.bitloupe.engine.sensitivity;

import java.util.OptionalDouble;

/**
 * What can be said of an entry before it is measured. Those that multiply a trace, the mean over the weights, with the squared error
 * of the weights are HAWQ-V2's Ω (1911.03852) with three matrices; they are empty for activations, and where the model cannot be
 * run on several samples.
 *
 * @param layerSqnrDb signal-to-noise ratio of the layer's own output on the first samples; empty where the layer stays in float
 * @param outputSqnrDb signal-to-noise ratio of the model's output on the first samples; positive infinity without noise
 * @param divergence mean divergence of the model's output on the first samples
 * @param omega by the Gauss-Newton matrix of the model's own answers
 * @param fisher by the empirical Fisher matrix; empty without labels
 * @param hessian by the Hessian of the loss of the labels; empty without labels
 */
public record Proxies(
    OptionalDouble layerSqnrDb,
    double outputSqnrDb,
    double divergence,
    OptionalDouble omega,
    OptionalDouble fisher,
    OptionalDouble hessian) {}
