package io.bitloupe.engine;

import io.bitloupe.data.Batch;
import io.bitloupe.model.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the first samples of a batch; the elements are shared, not copied. */
final class SampleRange {

  private SampleRange() {}

  static Batch first(Batch batch, int samples) {
    return samples == batch.size()
        ? batch
        : new Batch(
            batch.first(),
            samples,
            first(batch.inputs(), batch.size(), samples),
            Arrays.copyOf(batch.labels(), Math.min(samples, batch.labels().length)));
  }

  static Map<String, Tensor> first(Map<String, Tensor> tensors, int size, int samples) {
    Map<String, Tensor> shorter = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shorter.put(name, first(tensor, size, samples)));
    return shorter;
  }

  static Tensor first(Tensor tensor, int size, int samples) {
    if (size == samples || tensor.shape().rank() == 0 || tensor.shape().dim(0) % size != 0) {
      return tensor;
    }
    int outer = tensor.shape().dim(0) / size * samples;
    ByteBuffer all = tensor.buffer();
    return new Tensor(tensor.type(), tensor.shape().withOuter(outer), all.slice(0, all.limit() / size * samples));
  }
}
