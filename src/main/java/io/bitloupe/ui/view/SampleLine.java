package io.bitloupe.ui.view;

/**
 * A sample in a list.
 *
 * @param sample index in the report part
 * @param title first line
 * @param text second line
 * @param detail figures of the third line
 * @param mark what happened to it, one or two words
 * @param harmful whether that is bad
 */
public record SampleLine(int sample, String title, String text, String detail, String mark, boolean harmful) {}
