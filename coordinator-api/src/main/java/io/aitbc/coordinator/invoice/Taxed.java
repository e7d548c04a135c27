package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TaxRate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/**
 * Lines with their taxes. A tax is a part of the net total, rounded once, and split to the lines in the proportion of their amounts
 * by largest remainder, so that the lines add up to the total exactly.
 *
 * @param net the sum of the lines' amounts
 */
record Taxed(List<InvoiceLine> lines, Money net, List<TaxAmount> taxes, Money total) {

    private static final int PERCENT = 2;

    static Taxed of(List<InvoiceLine> lines, List<TaxRate> rates, Currency currency) {
        return of(lines, rates, Money.zero(currency));
    }

    /**
     * Lines that go on from what was taxed before: each tax is what makes it right for all together, so that many small credits give
     * back the same tax as one large one.
     *
     * @param before the net total that was taxed before, at the same rates
     */
    static Taxed of(List<InvoiceLine> lines, List<TaxRate> rates, Money before) {
        Currency currency = before.currency();
        List<Money> amounts =
                lines.stream().map(line -> new Money(line.amount(), currency)).toList();
        List<BigDecimal> weights = amounts.stream().map(Money::amount).toList();
        Money net = Money.sum(amounts, currency);
        List<TaxAmount> taxes = new ArrayList<>();
        List<BigDecimal> perLine = new ArrayList<>(java.util.Collections.nCopies(lines.size(), BigDecimal.ZERO));
        Money total = net;
        for (TaxRate rate : rates) {
            Money tax = tax(before.plus(net), rate).plus(tax(before, rate).negated());
            taxes.add(new TaxAmount(rate.name(), rate.pct(), tax.amount()));
            total = total.plus(tax);
            if (tax.amount().signum() != 0) {
                List<Money> parts = tax.split(weights);
                for (int i = 0; i < parts.size(); i++) {
                    perLine.set(i, perLine.get(i).add(parts.get(i).amount()));
                }
            }
        }
        List<InvoiceLine> taxed = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            taxed.add(lines.get(i).withTax(perLine.get(i)));
        }
        return new Taxed(taxed, net, taxes, total);
    }

    private static Money tax(Money net, TaxRate rate) {
        return Money.rounded(net.amount().multiply(rate.pct()).movePointLeft(PERCENT), net.currency());
    }
}
