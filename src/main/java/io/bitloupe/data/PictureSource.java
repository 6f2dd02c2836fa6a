package io.bitloupe.data;

/** Pictures by index. Thread-safe. */
interface PictureSource {

  /**
   * The picture at {@code index}, as it was stored.
   *
   * @throws io.bitloupe.model.InvalidInputException when it can no longer be read; one sentence that names it
   */
  Pixels picture(int index);
}
