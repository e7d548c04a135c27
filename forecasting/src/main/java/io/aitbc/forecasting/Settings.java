package io.aitbc.forecasting;

/**
 * How a forecast is made.
 *
 * @param season hours after which the series repeats itself, 2..168; the longer period is seven of them
 * @param longestHistory hours of the past that are looked at, at least {@value #LEAST_HISTORY}; older ones are ignored
 * @param origins how many forecasts from the past the choice and the intervals rest on at most, 8..200
 */
public record Settings(int season, int longestHistory, int origins) {

    /** Hours that must be observed before anything is said. */
    public static final int LEAST_HISTORY = 24;

    /** Hours ahead that may be asked for. */
    public static final int LONGEST_HORIZON = 1000;

    public Settings {
        within("season", season, 2, 168);
        within("longestHistory", longestHistory, LEAST_HISTORY, 100_000);
        within("origins", origins, 8, 200);
    }

    /** Hourly data with days and weeks; at most eight weeks of past, at most 42 origins. */
    public static Settings hourly() {
        return new Settings(24, 8 * 168, 42);
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be within " + least + ".." + most + ", was " + value);
        }
    }
}
