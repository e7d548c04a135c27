package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A charge as FOCUS has it: a line of an invoice, or one of its taxes.
 *
 * @param line null on a tax
 * @param period when it was used, or for when it is
 * @param billed rounded to the minor unit: what counts for the total
 * @param contracted quantity times unit price, not rounded
 * @param quantity priced; null on a tax
 * @param unitPrice null where quantity and price do not give the amount, as for a tax
 */
record FocusRow(
        InvoiceView.@Nullable Line line,
        Category category,
        boolean isCorrection,
        String description,
        BillingPeriod period,
        BigDecimal billed,
        BigDecimal contracted,
        @Nullable BigDecimal quantity,
        @Nullable String unit,
        @Nullable BigDecimal unitPrice) {

    /** FOCUS's ChargeCategory, and the ChargeFrequency that ours have. */
    enum Category {
        USAGE("Usage", "Usage-Based"),
        PURCHASE("Purchase", "Recurring"),
        CREDIT("Credit", "One-Time"),
        TAX("Tax", "One-Time");

        private final String title;
        private final String frequency;

        Category(String title, String frequency) {
            this.title = title;
            this.frequency = frequency;
        }

        String title() {
            return title;
        }

        String frequency() {
            return frequency;
        }

        static Category of(LineKind kind) {
            return switch (kind) {
                case USAGE, FREE, OWN_PRICE, WAIVED -> USAGE;
                case COMMITMENT -> PURCHASE;
                case SLA_CREDIT, GOODWILL -> CREDIT;
            };
        }
    }

    private static final String PACKAGES = "Packages";
    private static final String ONCE = "Count";

    /** Lines and taxes; what is billed by them adds up to the invoice's total. */
    static List<FocusRow> of(InvoiceView invoice) {
        boolean isNote = invoice.kind() == InvoiceKind.CREDIT_NOTE;
        BillingPeriod own = new BillingPeriod(invoice.periodStart(), invoice.periodEnd());
        Currency currency = Currency.getInstance(invoice.currency());
        List<FocusRow> rows = new ArrayList<>();
        for (InvoiceView.Line line : invoice.lines()) {
            rows.add(of(line, isNote, own, currency));
        }
        for (TaxAmount tax : invoice.taxes()) {
            rows.add(new FocusRow(
                    null,
                    Category.TAX,
                    isNote,
                    tax.name() + " " + Decimals.tidy(tax.pct()).toPlainString() + " %",
                    own,
                    tax.amount(),
                    tax.amount(),
                    null,
                    null,
                    null));
        }
        return rows;
    }

    private static FocusRow of(InvoiceView.Line line, boolean isNote, BillingPeriod own, Currency currency) {
        InvoiceLine.Prior prior = line.prior();
        BigDecimal quantity = line.quantity();
        String unit = line.unit() == null ? ONCE : line.unit();
        BigDecimal price = line.unitPrice();
        if (!gives(quantity, price, line.amount(), currency)) {
            // Sold by the package: the price is that of one, while the line's quantity counts what is in them.
            BigDecimal packages =
                    price.signum() == 0 ? BigDecimal.ZERO : line.amount().divide(price, 0, RoundingMode.HALF_UP);
            if (gives(packages, price, line.amount(), currency)) {
                quantity = packages;
                unit = PACKAGES;
            } else {
                price = null;
            }
        }
        return new FocusRow(
                line,
                Category.of(line.kind()),
                isNote || prior != null,
                line.description(),
                prior == null ? own : new BillingPeriod(prior.priorStart(), prior.priorEnd()),
                line.amount(),
                price == null ? line.amount() : Decimals.tidy(quantity.multiply(price)),
                quantity,
                unit,
                price);
    }

    private static boolean gives(BigDecimal quantity, BigDecimal price, BigDecimal amount, Currency currency) {
        return Money.charge(quantity, price, currency).amount().compareTo(amount) == 0;
    }
}
