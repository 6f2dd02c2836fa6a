package io.bitloupe.model;

import java.util.Optional;

/**
 * A quantizable node with its weights.
 *
 * @param index position among the layers of the model, from 0
 * @param name unique name for people: the node's name where that is unique, else the output's
 * @param kind operator kind
 * @param node the node in the folded graph
 * @param input activation tensor that it reads (the first, for a product of two activations)
 * @param weight initializer name of the weights
 * @param bias initializer name of the bias
 * @param output tensor after the fused clamp (Relu or Clip), the key of the layer's activation choice
 * @param weightShape shape of the weights; scalar where there are none
 * @param outputChannelAxis axis of the weights that counts output channels: Conv 0, ConvTranspose 1, Gemm and MatMul by layout
 * @param inputShape shape of the input for one sample
 * @param outputShape shape of the output for one sample
 * @param parameters number of weights and biases
 * @param macs multiply-accumulates for one sample
 */
public record Layer(
    int index,
    String name,
    LayerKind kind,
    Node node,
    String input,
    Optional<String> weight,
    Optional<String> bias,
    String output,
    Shape weightShape,
    int outputChannelAxis,
    Shape inputShape,
    Shape outputShape,
    long parameters,
    long macs) {

  /** Number of output channels of the weights; 1 where there are none. */
  public int outputChannels() {
    return weight.isPresent() ? weightShape.dim(outputChannelAxis) : 1;
  }
}
