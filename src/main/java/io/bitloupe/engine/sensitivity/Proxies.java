package io.bitloupe.engine.sensitivity;

import java.util.OptionalDouble;

/**
 * What can be said of an entry before it is measured.
 *
 * @param layerSqnrDb signal-to-noise ratio of the layer's own output on the first samples; empty where the layer stays in float
 * @param divergence mean divergence of the model's output on the first samples
 * @param omega mean trace of the Fisher matrix times the squared error of the weights (HAWQ-V2, 1911.03852); empty for
 *     activations, and where the model cannot be run on several samples
 */
public record Proxies(OptionalDouble layerSqnrDb, double divergence, OptionalDouble omega) {}
