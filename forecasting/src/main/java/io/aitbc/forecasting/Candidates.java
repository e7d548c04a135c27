package io.aitbc.forecasting;

import io.aitbc.forecasting.model.Model;
import io.aitbc.forecasting.model.Models;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The models that compete for a series, and the median over those of them that complement each other. */
final class Candidates {

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
        return Models.MEDIAN;
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
}
