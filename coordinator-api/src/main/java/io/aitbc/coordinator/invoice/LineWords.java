package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What lines say to people, and the lines that charges become. */
final class LineWords {

    private final String tenantId;
    private final Map<String, String> units;

    /**
     * @param units of resource types
     */
    LineWords(String tenantId, Map<String, String> units) {
        this.tenantId = tenantId;
        this.units = units;
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
                words(key) + earlier(prior),
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

    private static String earlier(InvoiceLine.@Nullable Prior prior) {
        return prior == null
                ? ""
                : "; prior period " + prior.priorStart() + " to " + prior.priorEnd() + ", reported late";
    }

    /** The line of an SLA credit. */
    InvoiceLine credit(SlaCredits.Credit credit, BigDecimal amount, InvoiceLine.@Nullable Prior prior) {
        String level = credit.level().creditPct().stripTrailingZeros().toPlainString() + " % for "
                + credit.episode().metric() + " "
                + credit.episode().worst().stripTrailingZeros().toPlainString()
                + " below " + credit.level().below().stripTrailingZeros().toPlainString();
        String when = credit.windows().stream()
                .map(window -> window.start() + " to " + window.end())
                .collect(Collectors.joining(", "));
        return credit(
                LineKind.SLA_CREDIT,
                "SLA credit, " + level + ": miner " + credit.episode().minerId() + ", " + when
                        + (prior == null ? "" : "; prior period " + prior.priorStart() + " to " + prior.priorEnd()),
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
                        + " that is not charged any more; prior period " + prior.priorStart() + " to "
                        + prior.priorEnd(),
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
