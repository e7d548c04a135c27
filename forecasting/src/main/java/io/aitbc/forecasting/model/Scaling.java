package io.aitbc.forecasting.model;

/** How a series is bent before a line is laid through it. */
enum Scaling {
    PLAIN {
        @Override
        double bend(double value) {
            return value;
        }

        @Override
        double unbend(double value) {
            return value;
        }
    },
    /** For counts, whose spread grows with the root of their size. */
    ROOT {
        @Override
        double bend(double value) {
            return Math.sqrt(value);
        }

        @Override
        double unbend(double value) {
            return value < 0 ? 0 : value * value;
        }
    },
    /** For series whose spread grows with their size; only for positive values. */
    LOG {
        @Override
        double bend(double value) {
            return Math.log(value);
        }

        @Override
        double unbend(double value) {
            return Math.exp(value);
        }
    };

    abstract double bend(double value);

    abstract double unbend(double value);

    /** This scaling, or the nearest that can take {@code least}, the least value of a series. */
    Scaling forLeast(double least) {
        if (least < 0) {
            return PLAIN;
        }
        return this == LOG && least < 1e-9 ? ROOT : this;
    }
}
