package io.bitloupe.config;

/**
 * A pattern for names: {@code *} stands for any characters, {@code ?} for one, everything else for itself, since names of ONNX
 * nodes and tensors are full of slashes, dots and brackets.
 *
 * @param pattern the pattern
 */
public record Glob(String pattern) {

  /** Whether all of {@code name} fits, found in at most as many steps as the product of both lengths. */
  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
