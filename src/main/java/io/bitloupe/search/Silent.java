package io.bitloupe.search;

import io.bitloupe.exec.Progress;

/** A part of work that is not worth showing: it is cancelled with the whole and reports nothing. */
record Silent(Progress whole) implements Progress {

  static Progress of(Progress whole) {
    return new Silent(whole);
  }

  @Override
  public void report(long done, long total) {}

  @Override
  public boolean isCancelled() {
    return whole.isCancelled();
  }
}
