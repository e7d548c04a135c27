package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A quota, and what of it is taken in one of its periods.
 *
 * @param used what the ledger has of the period
 * @param reserved what jobs admitted in the period may still add to it
 */
record QuotaUse(Quota quota, QuotaPeriod.Bounds bounds, BigDecimal used, BigDecimal reserved) {

    /** Percentages of a soft quota at which somebody is warned, the highest first. */
    private static final int[] LEVELS = {100, 80};

    /** How much is left; never negative. */
    BigDecimal left() {
        return quota.limit().subtract(taken()).max(BigDecimal.ZERO);
    }

    /** The same with more reserved. */
    QuotaUse with(BigDecimal more) {
        return new QuotaUse(quota, bounds, used, reserved.add(more));
    }

    /** The refusal of a job that might use so much; empty when it may run. */
    Optional<Problem> refusal(BigDecimal asked) {
        if (quota.mode() == QuotaMode.SOFT
                || asked.signum() == 0
                || taken().add(asked).compareTo(quota.limit()) <= 0) {
            return Optional.empty();
        }
        String name = quota.resourceType();
        String wait = bounds.end() == null ? "" : " wait until " + bounds.end() + ",";
        Problem problem = Problem.forbidden(
                        "quota-exceeded",
                        "The quota of " + name + " has " + plain(left()) + " of " + plain(quota.limit()) + " left, and"
                                + " the job may use " + plain(asked) + "; ask for less," + wait
                                + " or have the quota raised.")
                .with("resource_type", name)
                .with("limit", Decimals.tidy(quota.limit()))
                .with("used", Decimals.tidy(used))
                .with("reserved", Decimals.tidy(reserved))
                .with("left", Decimals.tidy(left()))
                .with("asked", Decimals.tidy(asked));
        return Optional.of(bounds.end() == null ? problem : problem.with("period_end", bounds.end()));
    }

    /** The percentage of which somebody has to be warned; empty for none. */
    Optional<Integer> warning() {
        BigDecimal percent = taken().movePointRight(2);
        for (int level : LEVELS) {
            if (quota.mode() == QuotaMode.SOFT
                    && percent.signum() > 0
                    && percent.compareTo(quota.limit().multiply(BigDecimal.valueOf(level))) >= 0) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    QuotaView view() {
        return new QuotaView(
                quota.tenantId(),
                quota.resourceType(),
                quota.unit(),
                Decimals.tidy(quota.limit()),
                quota.period(),
                quota.mode(),
                Decimals.tidy(used),
                Decimals.tidy(reserved),
                Decimals.tidy(left()),
                quota.period() == QuotaPeriod.TOTAL ? null : bounds.start(),
                bounds.end());
    }

    private BigDecimal taken() {
        return used.add(reserved);
    }

    static String plain(BigDecimal value) {
        return Decimals.tidy(value).toPlainString();
    }
}
