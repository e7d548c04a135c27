package io.aitbc.forecasting.cli;

/** A way to decide how many miners a pool has. */
interface Policy {

    String name();

    /** Hours between decisions. */
    int every();

    /**
     * Miners to order (above 0) or to hand back (below 0), decided at the start of {@code hour}.
     *
     * @param hour whose demand, and all demand after it, is not known yet
     */
    int change(Pool pool, int hour);

    /** What there was at the start, for ever. */
    static Policy none() {
        return new Policy() {
            @Override
            public String name() {
                return "keep as is";
            }

            @Override
            public int every() {
                return Integer.MAX_VALUE;
            }

            @Override
            public int change(Pool pool, int hour) {
                return 0;
            }
        };
    }
}
