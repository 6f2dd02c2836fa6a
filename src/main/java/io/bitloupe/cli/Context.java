package io.bitloupe.cli;

/**
 * What commands work with.
 *
 * @param console standard output and standard error
 * @param window the way to the window
 */
record Context(Console console, Window window) {}
