package io.bitloupe.data;

/** Pictures by index, prepared for the model. Thread-safe. */
interface PictureSource {

  /**
   * The picture at {@code index}, resized, cropped and in the colors of the input.
   *
   * @throws io.bitloupe.model.InvalidInputException when it can no longer be read; one sentence that names it
   */
  Pixels picture(int index);
}
