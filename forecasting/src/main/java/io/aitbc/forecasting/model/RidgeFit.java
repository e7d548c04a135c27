package io.aitbc.forecasting.model;

import io.aitbc.forecasting.model.RidgeAutoregression.Columns;
import java.util.Arrays;

/** The coefficients of a ridge regression with standardised columns and a free intercept. */
final class RidgeFit {

    /** An error below this share of the mean error counts as this share: the least absolute error has no derivative at 0. */
    private static final double FLAT = 0.1;

    private final Columns columns;
    private final double[] means;
    private final double[] spreads;
    private final double[] row;
    private double[] weights = new double[0];

    private RidgeFit(Columns columns, double[][] rows) {
        this.columns = columns;
        int count = columns.count();
        means = new double[count];
        spreads = new double[count];
        row = new double[count];
        for (double[] line : rows) {
            for (int column = 0; column < count; column++) {
                means[column] += line[column] / rows.length;
            }
        }
        for (double[] line : rows) {
            for (int column = 0; column < count; column++) {
                double away = line[column] - means[column];
                spreads[column] += away * away / rows.length;
            }
        }
        for (int column = 0; column < count; column++) {
            double spread = Math.sqrt(spreads[column]);
            spreads[column] = spread < 1e-9 ? Double.POSITIVE_INFINITY : spread;
        }
    }

    /**
     * @param until rows up to this hour, exclusive
     * @param reweightings how often the rows are weighted by the inverse of their error and fitted again
     */
    static RidgeFit of(Columns columns, int until, double penalty, int reweightings) {
        int first = columns.first();
        int count = columns.count();
        double[][] rows = new double[until - first][count];
        double[] target = new double[until - first];
        for (int i = first; i < until; i++) {
            columns.fill(i, rows[i - first]);
            target[i - first] = columns.target(i);
        }
        RidgeFit fit = new RidgeFit(columns, rows);
        double[][] standard = new double[rows.length][count + 1];
        for (int r = 0; r < rows.length; r++) {
            fit.standardise(rows[r], standard[r]);
        }
        double[] importance = new double[rows.length];
        Arrays.fill(importance, 1);
        fit.weights = solve(standard, target, importance, penalty);
        for (int round = 0; round < reweightings; round++) {
            reweigh(standard, target, fit.weights, importance);
            fit.weights = solve(standard, target, importance, penalty);
        }
        return fit;
    }

    /** The prediction for hour {@code i}, without what the columns' {@code before} takes off. */
    double at(int i) {
        columns.fill(i, row);
        double sum = weights[weights.length - 1];
        for (int column = 0; column < row.length; column++) {
            sum += weights[column] * (row[column] - means[column]) / spreads[column];
        }
        return sum;
    }

    private void standardise(double[] line, double[] into) {
        for (int column = 0; column < line.length; column++) {
            into[column] = (line[column] - means[column]) / spreads[column];
        }
        into[line.length] = 1;
    }

    private static double[] solve(double[][] rows, double[] target, double[] importance, double penalty) {
        int size = rows[0].length;
        double[][] squares = new double[size][size];
        double[] crossed = new double[size];
        for (int r = 0; r < rows.length; r++) {
            double[] line = rows[r];
            for (int column = 0; column < size; column++) {
                double value = importance[r] * line[column];
                if (value == 0) {
                    continue;
                }
                crossed[column] += value * target[r];
                double[] sums = squares[column];
                for (int other = 0; other <= column; other++) {
                    sums[other] += value * line[other];
                }
            }
        }
        for (int column = 0; column < size - 1; column++) {
            squares[column][column] += penalty;
        }
        return Cholesky.solve(squares, crossed);
    }

    private static void reweigh(double[][] rows, double[] target, double[] weights, double[] importance) {
        double mean = 0;
        for (int r = 0; r < rows.length; r++) {
            double error = target[r];
            for (int column = 0; column < weights.length; column++) {
                error -= weights[column] * rows[r][column];
            }
            importance[r] = Math.abs(error);
            mean += importance[r] / rows.length;
        }
        double floor = Math.max(FLAT * mean, 1e-12);
        double total = 0;
        for (int r = 0; r < rows.length; r++) {
            importance[r] = 1 / Math.max(importance[r], floor);
            total += importance[r];
        }
        for (int r = 0; r < rows.length; r++) {
            importance[r] *= rows.length / total;
        }
    }
}
