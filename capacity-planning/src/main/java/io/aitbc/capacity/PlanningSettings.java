package io.aitbc.capacity;

import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.planning.PlanSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How capacity is planned.
 *
 * @param forecastHours hours ahead that are looked at unless somebody asks for others
 * @param targetUtilizationPct share of the slots that the demand of the busiest hours may take
 * @param leadTimeHours until a miner that is asked for works
 * @param coolDownHours for how long demand must have been low before fewer miners are recommended
 */
@ConfigurationProperties("capacity.planning")
public record PlanningSettings(int forecastHours, double targetUtilizationPct, int leadTimeHours, int coolDownHours) {

    public PlanningSettings {
        within("CAPACITY_FORECAST_HOURS", forecastHours, 1, Settings.LONGEST_HORIZON);
        within("CAPACITY_TARGET_UTILIZATION_PCT", targetUtilizationPct, 1, 100);
        within("CAPACITY_LEAD_TIME_HOURS", leadTimeHours, 0, Settings.LONGEST_HORIZON);
        within("CAPACITY_COOLDOWN_HOURS", coolDownHours, 24, 1_344);
    }

    PlanSettings rule() {
        return new PlanSettings(targetUtilizationPct / 100, leadTimeHours, coolDownHours);
    }

    private static void within(String name, double value, int least, int most) {
        if (!(value >= least && value <= most)) {
            String said = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
            throw new IllegalArgumentException(name + " must be within " + least + ".." + most + ", was " + said);
        }
    }
}
