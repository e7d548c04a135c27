package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.Tariff;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What lines say to people, and the lines that charges become. */
final class LineWords {

    private final String tenantId;
    private final Map<String, String> units;
    private final @Nullable PricePlan plan;

    /** For what is not charged by a plan. */
    LineWords(String tenantId, Map<String, String> units) {
        this(tenantId, units, null);
    }

    /**
     * @param units of resource types
     * @param plan by which it is charged
     */
    LineWords(String tenantId, Map<String, String> units, @Nullable PricePlan plan) {
        this.tenantId = tenantId;
        this.units = units;
        this.plan = plan;
    }

    /**
     * The line of a charge.
     *
     * @param quantity of it, and the amount for that: all of the charge, or what an earlier period's grew by
     * @param prior the earlier period, null when it is the invoice's own
     */
    InvoiceLine line(
            RatedPeriod.Key key,
            BigDecimal quantity,
            BigDecimal amount,
            long events,
            InvoiceLine.@Nullable Prior prior,
            long afterSeq,
            long throughSeq) {
        boolean isCommitment = key.kind() == LineKind.COMMITMENT;
        return new InvoiceLine(
                tenantId,
                key.kind(),
                key.resourceType(),
                key.resourceType() == null ? null : units.get(key.resourceType()),
                key.gpuModel(),
                key.outcome(),
                words(key) + packages(key, amount) + earlier(prior),
                isCommitment ? BigDecimal.ONE : quantity,
                isCommitment || key.unitPrice() == null ? amount : key.unitPrice(),
                amount,
                BigDecimal.ZERO,
                events,
                key.priceFrom(),
                prior,
                afterSeq,
                throughSeq,
                null);
    }

    private static String words(RatedPeriod.Key key) {
        String what = key.resourceType() + (key.gpuModel() == null ? "" : " on " + key.gpuModel());
        return switch (key.kind()) {
            case USAGE -> what;
            case FREE -> what + ", free allowance";
            case OWN_PRICE -> what + ", at the price agreed for it";
            case WAIVED ->
                what + ", not charged: "
                        + String.valueOf(key.outcome()).toLowerCase(Locale.ROOT).replace('_', ' ');
            case COMMITMENT -> "Minimum commitment, what is missing to it";
            case SLA_CREDIT, GOODWILL -> "Credit";
        };
    }

    /** What is sold by the package costs packages × price, while the line's quantity counts what is in them. */
    private String packages(RatedPeriod.Key key, BigDecimal amount) {
        String resource = key.resourceType();
        Instant from = key.priceFrom();
        BigDecimal price = key.unitPrice();
        if (plan == null || key.kind() != LineKind.USAGE || resource == null || from == null || price == null) {
            return "";
        }
        Tariff tariff = plan.at(from)
                .flatMap(version -> version.rate(resource, key.gpuModel()))
                .map(Rate::tariff)
                .orElse(null);
        if (!(tariff instanceof Tariff.Packages sold)) {
            return "";
        }
        String each = ", " + price.toPlainString() + " per package of "
                + Decimals.tidy(sold.size()).toPlainString() + ", also one that is only begun";
        BigDecimal minorUnit = BigDecimal.ONE.movePointLeft(plan.currency().getDefaultFractionDigits());
        if (price.compareTo(minorUnit) < 0) {
            return each; // Rounded to the minor unit, the amount does not tell their number.
        }
        BigDecimal number = amount.divide(price, 0, RoundingMode.HALF_UP);
        return each + ": " + number.toPlainString() + (number.abs().equals(BigDecimal.ONE) ? " package" : " packages");
    }

    /** Which period it is stands beside: times in words would be of some zone. */
    private static String earlier(InvoiceLine.@Nullable Prior prior) {
        return prior == null ? "" : "; prior period, reported late";
    }

    /**
     * The line of an SLA credit.
     *
     * @param zone the tenant's, by whose clocks its times are told
     */
    InvoiceLine credit(SlaCredits.Credit credit, BigDecimal amount, InvoiceLine.@Nullable Prior prior, ZoneId zone) {
        String level = credit.level().creditPct().stripTrailingZeros().toPlainString() + " % for "
                + credit.episode().metric() + " "
                + credit.episode().worst().stripTrailingZeros().toPlainString()
                + " below " + credit.level().below().stripTrailingZeros().toPlainString();
        String when =
                credit.windows().stream().map(window -> window.words(zone)).collect(Collectors.joining(", "));
        return credit(
                LineKind.SLA_CREDIT,
                "SLA credit, " + level + ": miner " + credit.episode().minerId() + ", " + when
                        + (prior == null ? "" : "; prior period"),
                amount,
                prior,
                new InvoiceLine.Evidence(
                        credit.episode().source(),
                        credit.episode().episodeId(),
                        credit.episode().minerId()));
    }

    /** The line that takes an SLA credit back as far as it is for work that is not charged any more. */
    InvoiceLine uncredited(InvoiceLine.Evidence evidence, BigDecimal amount, InvoiceLine.Prior prior) {
        return credit(
                LineKind.SLA_CREDIT,
                "SLA credit taken back, for work of miner " + evidence.minerId()
                        + " that is not charged any more; prior period",
                amount.negate(),
                prior,
                evidence);
    }

    /** The line of a credit that an operator grants. */
    InvoiceLine goodwill(String reason, BigDecimal amount, InvoiceLine.Prior prior) {
        return credit(LineKind.GOODWILL, reason, amount, prior, null);
    }

    /** The line that takes back what was granted beyond what is still charged. */
    InvoiceLine ungranted(BigDecimal amount, InvoiceLine.Prior prior) {
        return credit(
                LineKind.GOODWILL,
                "Credits granted before, beyond what is still charged" + earlier(prior),
                amount.negate(),
                prior,
                null);
    }

    private InvoiceLine credit(
            LineKind kind,
            String description,
            BigDecimal amount,
            InvoiceLine.@Nullable Prior prior,
            InvoiceLine.@Nullable Evidence evidence) {
        return new InvoiceLine(
                tenantId,
                kind,
                null,
                null,
                null,
                null,
                description,
                BigDecimal.ONE,
                amount.negate(),
                amount.negate(),
                BigDecimal.ZERO,
                0,
                null,
                prior,
                0,
                0,
                evidence);
    }
}
