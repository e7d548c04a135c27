package io.aitbc.forecasting.cli;

import io.aitbc.forecasting.HourForecast;
import io.aitbc.forecasting.accuracy.Accuracy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the quantiles of our forecasts achieved against what came. */
final class Band {

    private int hours;
    private int in80;
    private int in95;
    private int to80;
    private int to95;
    private double pinball;

    /** Counts the hours whose outcome is known. */
    void add(List<HourForecast> forecast, double[] outcome) {
        for (int step = 0; step < forecast.size(); step++) {
            if (Double.isFinite(outcome[step])) {
                add(forecast.get(step), outcome[step]);
            }
        }
    }

    private void add(HourForecast hour, double outcome) {
        hours++;
        in80 += hour.central80().holds(outcome) ? 1 : 0;
        in95 += hour.central95().holds(outcome) ? 1 : 0;
        to80 += outcome <= hour.p80() ? 1 : 0;
        to95 += outcome <= hour.p95() ? 1 : 0;
        pinball += (Accuracy.pinball(0.1, outcome, hour.p10())
                        + Accuracy.pinball(0.5, outcome, hour.p50())
                        + Accuracy.pinball(0.8, outcome, hour.p80())
                        + Accuracy.pinball(0.95, outcome, hour.p95()))
                / 4;
    }

    String lines() {
        return String.format(
                Locale.ROOT,
                "coverage of the 80 %% interval %.2f %%, of the 95 %% interval %.2f %%%n"
                        + "outcomes up to p80 %.2f %%, up to p95 %.2f %%; mean pinball loss %.6g; %d hours",
                percent(in80),
                percent(in95),
                percent(to80),
                percent(to95),
                pinball / hours,
                hours);
    }

    private double percent(int count) {
        return 100.0 * count / hours;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hours", hours);
        json.put("coverage80_achieved", percent(in80) / 100);
        json.put("coverage95_achieved", percent(in95) / 100);
        json.put("below80_achieved", percent(to80) / 100);
        json.put("below95_achieved", percent(to95) / 100);
        json.put("pinball", pinball / hours);
        return json;
    }
}
