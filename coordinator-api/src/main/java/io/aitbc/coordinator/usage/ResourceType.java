package io.aitbc.coordinator.usage;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Something that may be billed.
 *
 * @param unit in which it is priced and shown
 * @param wallClock whether it is time on devices, which the period and the number of devices bound
 * @param hoursPerUnit where its quantity is weighed by time: for how many hours it is held that make one unit; null where
 *     the quantity counts as it stands
 * @param sentUnit in which events count it; null where that is the unit itself
 */
public record ResourceType(
        String name,
        String unit,
        boolean wallClock,
        @Nullable BigDecimal hoursPerUnit,
        @Nullable String sentUnit) {

    boolean isCountedIn(String asked) {
        return asked.equals(unit) || asked.equals(sentUnit);
    }
}
