package io.bitloupe.data;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Prepared pictures of a folder. Pictures are decoded by the thread that asks for them and kept while there is room: a sweep
 * over the same samples, which is what evaluation does, then finds the same share of them each time, where a cache that evicts
 * the least recently used would find none.
 */
final class ImageFiles implements PictureSource {

  private final List<ImageFile> files;
  private final ImagePipeline pipeline;
  private final AtomicReferenceArray<Optional<Pixels>> kept;
  private final AtomicLong room = new AtomicLong(Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8));

  ImageFiles(List<ImageFile> files, ImagePipeline pipeline) {
    this.files = List.copyOf(files);
    this.pipeline = pipeline;
    kept = new AtomicReferenceArray<>(files.size());
    for (int index = 0; index < files.size(); index++) {
      kept.set(index, Optional.empty());
    }
  }

  @Override
  public Pixels picture(int index) {
    return kept.get(index).orElseGet(() -> decode(index));
  }

  private Pixels decode(int index) {
    Pixels prepared = pipeline.prepare(files.get(index).decode());
    int bytes = prepared.samples().length;
    if (room.addAndGet(-bytes) >= 0) {
      kept.set(index, Optional.of(prepared));
    } else {
      room.addAndGet(bytes);
    }
    return prepared;
  }
}
