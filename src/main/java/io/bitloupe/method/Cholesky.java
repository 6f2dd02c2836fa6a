package io.bitloupe.method;

/** Cholesky factors of symmetric positive definite matrices, row-major. */
final class Cholesky {

  private Cholesky() {}

  /**
   * The upper triangular U with {@code UᵀU = A⁻¹}, which is what GPTQ walks along.
   *
   * @throws ArithmeticException when A is not positive definite
   */
  static double[] upperOfInverse(double[] a, int n) {
    // P reverses the order. P A P = L Lᵀ gives A⁻¹ = (P L⁻ᵀ P)(P L⁻¹ P), and P L⁻¹ P is upper triangular.
    double[] reversed = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        reversed[i * n + j] = a[(n - 1 - i) * n + n - 1 - j];
      }
    }
    double[] lower = lower(reversed, n);
    double[] inverse = invertLower(lower, n);
    double[] upper = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        upper[(n - 1 - i) * n + n - 1 - j] = inverse[i * n + j];
      }
    }
    return upper;
  }

  /** The lower triangular L with {@code L Lᵀ = A}. */
  static double[] lower(double[] a, int n) {
    double[] l = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= l[i * n + k] * l[j * n + k];
        }
        if (i == j) {
          if (!(sum > 0)) {
            throw new ArithmeticException("a matrix that is not positive definite");
          }
          l[i * n + i] = Math.sqrt(sum);
        } else {
          l[i * n + j] = sum / l[j * n + j];
        }
      }
    }
    return l;
  }

  private static double[] invertLower(double[] l, int n) {
    double[] inverse = new double[n * n];
    for (int i = 0; i < n; i++) {
      inverse[i * n + i] = 1 / l[i * n + i];
      for (int k = 0; k < i; k++) {
        double factor = -l[i * n + k] * inverse[i * n + i];
        for (int j = 0; j <= k; j++) {
          inverse[i * n + j] += factor * inverse[k * n + j];
        }
      }
    }
    return inverse;
  }
}
