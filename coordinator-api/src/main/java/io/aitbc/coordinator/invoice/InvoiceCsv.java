package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.CsvTable.Column;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An invoice as CSV: a row for each line, which says by itself what it belongs to. Amounts and taxes add up to the total. */
final class InvoiceCsv {

    private InvoiceCsv() {}

    static byte[] of(InvoiceCopy copy) {
        InvoiceView invoice = copy.invoice();
        List<Column<InvoiceView.Line>> columns = List.of(
                new Column<>("invoice_id", line -> invoice.invoiceId()),
                new Column<>("invoice_number", line -> invoice.number()),
                new Column<>("invoice_kind", line -> invoice.kind()),
                new Column<>("invoice_status", line -> invoice.status()),
                new Column<>("corrects_invoice_id", line -> invoice.corrects()),
                new Column<>("corrects_number", line -> copy.numberOf(invoice.corrects())),
                new Column<>("tenant_id", line -> invoice.tenantId()),
                new Column<>("bill_to_name", line -> invoice.billToName()),
                new Column<>("price_plan", line -> invoice.pricePlan()),
                new Column<>("currency", line -> invoice.currency()),
                new Column<>("period_start", line -> invoice.periodStart()),
                new Column<>("period_end", line -> invoice.periodEnd()),
                new Column<>("timezone", line -> invoice.timezone()),
                new Column<>("line", InvoiceView.Line::line),
                new Column<>("line_kind", InvoiceView.Line::kind),
                new Column<>("description", InvoiceView.Line::description),
                new Column<>("resource_type", InvoiceView.Line::resourceType),
                new Column<>("gpu_model", InvoiceView.Line::gpuModel),
                new Column<>("outcome", InvoiceView.Line::outcome),
                new Column<>("quantity", InvoiceView.Line::quantity),
                new Column<>("unit", InvoiceView.Line::unit),
                new Column<>("unit_price", InvoiceView.Line::unitPrice),
                new Column<>("amount", InvoiceView.Line::amount),
                new Column<>("tax", InvoiceView.Line::tax),
                new Column<>("event_count", InvoiceView.Line::eventCount),
                new Column<>("price_from", InvoiceView.Line::priceFrom),
                prior("prior_invoice_id", InvoiceLine.Prior::priorInvoice),
                prior("prior_invoice_number", prior -> copy.numberOf(prior.priorInvoice())),
                prior("prior_start", InvoiceLine.Prior::priorStart),
                prior("prior_end", InvoiceLine.Prior::priorEnd),
                evidence("episode_source", InvoiceLine.Evidence::episodeSource),
                evidence("episode_id", InvoiceLine.Evidence::episodeId),
                evidence("miner_id", InvoiceLine.Evidence::minerId));
        return CsvTable.of(columns, invoice.lines());
    }

    private static Column<InvoiceView.Line> prior(String name, Function<InvoiceLine.Prior, @Nullable Object> cell) {
        return new Column<>(name, line -> line.prior() == null ? null : cell.apply(line.prior()));
    }

    private static Column<InvoiceView.Line> evidence(
            String name, Function<InvoiceLine.Evidence, @Nullable Object> cell) {
        return new Column<>(name, line -> line.evidence() == null ? null : cell.apply(line.evidence()));
    }
}
