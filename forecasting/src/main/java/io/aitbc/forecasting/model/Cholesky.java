package io.aitbc.forecasting.model;

/** Solves {@code A x = b} for a symmetric positive definite matrix, of which the lower half is read and overwritten. */
final class Cholesky {

    /** What a pivot is held at, so that columns that repeat each other do no harm. */
    private static final double SMALLEST = 1e-12;

    private Cholesky() {}

    static double[] solve(double[][] a, double[] b) {
        int size = b.length;
        for (int row = 0; row < size; row++) {
            double[] line = a[row];
            for (int column = 0; column < row; column++) {
                line[column] = (line[column] - dot(line, a[column], column)) / a[column][column];
            }
            line[row] = Math.sqrt(Math.max(SMALLEST, line[row] - dot(line, line, row)));
        }
        double[] x = new double[size];
        for (int row = 0; row < size; row++) {
            x[row] = (b[row] - dot(a[row], x, row)) / a[row][row];
        }
        for (int row = size - 1; row >= 0; row--) {
            double rest = x[row];
            for (int below = row + 1; below < size; below++) {
                rest -= a[below][row] * x[below];
            }
            x[row] = rest / a[row][row];
        }
        return x;
    }

    private static double dot(double[] left, double[] right, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
