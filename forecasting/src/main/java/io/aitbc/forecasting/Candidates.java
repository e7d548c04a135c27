package io.aitbc.forecasting;

import io.aitbc.forecasting.model.Model;
import io.aitbc.forecasting.model.Models;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The models that compete for a series, and the median over those of them that complement each other. */
final class Candidates {

    /** A member with more than so many times the error of the best has no vote. */
    private static final double PRUNED = 1.4;

    private static final int FEWEST = 3;

    private final List<Model> models = new ArrayList<>();
    private final int naives;
    private final int combinedFrom;

    Candidates(int season) {
        models.addAll(Models.classics(season));
        combinedFrom = models.size();
        models.addAll(Models.regressions(season));
        int naiveFrom = models.size();
        models.addAll(Models.naives(season).subList(1, 3));
        models.addAll(Models.naives(season).subList(0, 1));
        naives = models.size() - naiveFrom;
    }

    /** Models and their median. */
    int count() {
        return models.size() + 1;
    }

    /** Where the median stands. */
    int median() {
        return models.size();
    }

    boolean naive(int candidate) {
        return candidate >= models.size() - naives && candidate < models.size();
    }

    String name(int candidate) {
        if (candidate < models.size()) {
            return models.get(candidate).name();
        }
        return "median of the best regressions and seasonal naives";
    }

    /** One row per candidate. */
    double[][] forecasts(double[] history, int horizon) {
        double[][] rows = new double[count()][];
        for (int i = 0; i < models.size(); i++) {
            rows[i] = models.get(i).forecast(history, horizon);
        }
        rows[median()] = Models.median(Arrays.asList(rows).subList(combinedFrom, models.size() - 1));
        return rows;
    }

    /**
     * The median over those members whose past error is at most {@link #PRUNED} times the least of them, at least three: a member that does not
     * understand this series does not vote.
     *
     * @param rows of {@link #forecasts}, whose median is replaced
     * @param errors mean absolute error of each candidate so far, not a number where unknown
     */
    void prune(double[][] rows, double[] errors) {
        List<Integer> members = new ArrayList<>();
        for (int i = combinedFrom; i < models.size() - 1; i++) {
            members.add(i);
        }
        if (Double.isNaN(errors[combinedFrom])) {
            return;
        }
        members.sort(Comparator.comparingDouble(i -> errors[i]));
        double most = PRUNED * errors[members.get(0)];
        List<double[]> voting = new ArrayList<>();
        for (int i : members) {
            if (voting.size() < FEWEST || errors[i] <= most) {
                voting.add(rows[i]);
            }
        }
        rows[median()] = Models.median(voting);
    }
}
