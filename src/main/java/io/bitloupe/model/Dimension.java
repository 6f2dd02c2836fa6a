package io.bitloupe.model;

/** One dimension of a declared input or output. */
public sealed interface Dimension {

  /** A size that the file fixes. */
  record Fixed(int size) implements Dimension {}

  /** A size that is known only at run time, by the file's name for it, which may be empty. */
  record Symbolic(String name) implements Dimension {}
}
