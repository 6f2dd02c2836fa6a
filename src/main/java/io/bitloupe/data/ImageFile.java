package io.bitloupe.data;

import java.nio.file.Path;

/**
 * A picture in a folder.
 *
 * @param path where it is
 * @param relative its path from the data set's folder, with {@code /} between names
 * @param format how it is encoded
 */
record ImageFile(Path path, String relative, ImageHeader.Format format) {}
