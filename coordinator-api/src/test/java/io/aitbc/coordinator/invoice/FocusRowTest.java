package io.aitbc.coordinator.invoice;

import static io.aitbc.coordinator.invoice.InvoiceSamples.everyKind;
import static io.aitbc.coordinator.invoice.InvoiceSamples.invoice;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines of an invoice as FOCUS has them. */
class FocusRowTest {

    private final InvoiceView sample = invoice(everyKind()).invoice();
    private final List<FocusRow> rows = FocusRow.of(sample);

    @Test
    void everyKindOfLineHasItsCategory() {
        assertThat(rows)
                .extracting(row -> row.category().title())
                .containsExactly(
                        "Usage",
                        "Usage",
                        "Usage",
                        "Usage",
                        "Usage",
                        "Usage",
                        "Usage",
                        "Usage",
                        "Purchase",
                        "Credit",
                        "Tax");
    }

    @Test
    void whatIsBilledAddsUpToTheTotal() {
        assertThat(rows.stream().map(FocusRow::billed).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualTo(sample.total());
    }

    @Test
    void quantityTimesPriceIsTheContractedCostAlsoOfPackages() {
        int priced = 0;
        for (FocusRow row : rows) {
            BigDecimal quantity = row.quantity();
            BigDecimal price = row.unitPrice();
            if (quantity != null && price != null) {
                assertThat(quantity.multiply(price)).isEqualByComparingTo(row.contracted());
                priced++;
            }
        }
        assertThat(priced).isEqualTo(10);
        FocusRow tokens = rows.get(4);
        assertThat(tokens.quantity()).as("2,500,001 tokens by the million").isEqualByComparingTo("3");
        assertThat(tokens.unit()).isEqualTo("Packages");
    }

    @Test
    void aLineAboutAnEarlierPeriodIsACorrectionOfThatPeriod() {
        FocusRow late = rows.get(7);
        assertThat(late.isCorrection()).isTrue();
        assertThat(late.period().start()).isEqualTo("2026-02-28T23:00:00Z");
        assertThat(rows).filteredOn(FocusRow::isCorrection).containsExactly(late);
    }
}
