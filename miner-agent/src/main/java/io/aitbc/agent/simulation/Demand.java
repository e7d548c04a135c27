package io.aitbc.agent.simulation;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** How much work there is at an hour, 1 being the mean: busy afternoons, quiet nights and weekends. */
final class Demand {

    private Demand() {}

    static double at(Instant moment) {
        ZonedDateTime time = moment.atZone(ZoneOffset.UTC);
        double hour = time.getHour() + time.getMinute() / 60.0;
        double daily = 1 + 0.6 * StrictMath.sin(2 * StrictMath.PI * (hour - 9) / 24);
        boolean weekend = time.getDayOfWeek() == DayOfWeek.SATURDAY || time.getDayOfWeek() == DayOfWeek.SUNDAY;
        return weekend ? 0.65 * daily : 1.1 * daily;
    }
}
