package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.CsvTable.Column;
import io.aitbc.coordinator.invoice.FocusRow.Category;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An invoice in the columns of the FinOps Open Cost and Usage Specification (FOCUS) 1.2: all that are mandatory, and those of the
 * others that say something here. Columns of our own begin with {@code x_}, as it asks. BilledCost adds up to the total.
 */
final class FocusCsv {

    /** FOCUS's category of everything that a pool of GPUs gives. */
    private static final String CATEGORY = "Compute";

    private static final String SUBCATEGORY = "Other (Compute)";
    private static final String PRICING = "Standard";
    private static final String CORRECTION = "Correction";
    private static final String COMMITMENT = "minimum_commitment";

    private FocusCsv() {}

    /**
     * The invoice as CSV.
     *
     * @param issuer who sends it, and is FOCUS's provider and publisher too
     */
    static byte[] of(InvoiceView invoice, String issuer) {
        List<Column<FocusRow>> columns = Stream.of(
                        costs(), account(invoice, issuer), charge(), price(invoice), thing(issuer), ours(invoice))
                .flatMap(List::stream)
                .toList();
        return CsvTable.of(columns, FocusRow.of(invoice));
    }

    private static List<Column<FocusRow>> costs() {
        return List.of(
                new Column<>("BilledCost", FocusRow::billed),
                new Column<>("EffectiveCost", FocusRow::billed),
                new Column<>("ListCost", FocusRow::contracted),
                new Column<>("ContractedCost", FocusRow::contracted));
    }

    private static List<Column<FocusRow>> account(InvoiceView invoice, String issuer) {
        return List.of(
                new Column<>("BillingAccountId", row -> invoice.tenantId()),
                new Column<>("BillingAccountName", row -> invoice.billToName()),
                new Column<>("BillingCurrency", row -> invoice.currency()),
                new Column<>("BillingPeriodStart", row -> invoice.periodStart()),
                new Column<>("BillingPeriodEnd", row -> invoice.periodEnd()),
                new Column<>("InvoiceId", row -> invoice.number()),
                new Column<>("InvoiceIssuerName", row -> issuer),
                new Column<>("ProviderName", row -> issuer),
                new Column<>("PublisherName", row -> issuer),
                new Column<>("SubAccountId", row -> null),
                new Column<>("SubAccountName", row -> null));
    }

    private static List<Column<FocusRow>> charge() {
        return List.of(
                new Column<>("ChargeCategory", row -> row.category().title()),
                new Column<>("ChargeClass", row -> row.isCorrection() ? CORRECTION : null),
                new Column<>("ChargeDescription", FocusRow::description),
                new Column<>("ChargeFrequency", row -> row.category().frequency()),
                new Column<>("ChargePeriodStart", row -> row.period().start()),
                new Column<>("ChargePeriodEnd", row -> row.period().end()));
    }

    private static List<Column<FocusRow>> price(InvoiceView invoice) {
        return List.of(
                line("ConsumedQuantity", (row, line) -> row.category() == Category.USAGE ? line.quantity() : null),
                line("ConsumedUnit", (row, line) -> row.category() == Category.USAGE ? line.unit() : null),
                new Column<>("PricingQuantity", FocusRow::quantity),
                new Column<>("PricingUnit", FocusRow::unit),
                line("PricingCategory", (row, line) -> row.category() == Category.CREDIT ? null : PRICING),
                new Column<>("PricingCurrency", row -> invoice.currency()),
                new Column<>("ListUnitPrice", FocusRow::unitPrice),
                new Column<>("ContractedUnitPrice", FocusRow::unitPrice),
                line("SkuId", (row, line) -> sku(line)),
                line("SkuMeter", (row, line) -> line.resourceType()),
                line("SkuPriceId", (row, line) -> skuPrice(invoice, line)));
    }

    private static List<Column<FocusRow>> thing(String issuer) {
        return List.of(
                new Column<>("ServiceCategory", row -> CATEGORY),
                new Column<>("ServiceSubcategory", row -> SUBCATEGORY),
                new Column<>("ServiceName", row -> issuer),
                line("ResourceId", (row, line) -> miner(line)),
                line("ResourceName", (row, line) -> miner(line)),
                line("ResourceType", (row, line) -> miner(line) == null ? null : "Miner"),
                new Column<>("RegionId", row -> null),
                new Column<>("RegionName", row -> null));
    }

    private static List<Column<FocusRow>> ours(InvoiceView invoice) {
        return List.of(
                new Column<>("x_InvoiceUuid", row -> invoice.invoiceId()),
                new Column<>("x_InvoiceStatus", row -> invoice.status()),
                line("x_Line", (row, line) -> line.line()),
                line("x_LineKind", (row, line) -> line.kind()),
                line("x_GpuModel", (row, line) -> line.gpuModel()),
                line("x_EventCount", (row, line) -> line.eventCount()),
                line(
                        "x_SlaEpisodeId",
                        (row, line) ->
                                line.evidence() == null ? null : line.evidence().episodeId()));
    }

    /** A column that is empty on taxes. */
    private static Column<FocusRow> line(String name, BiFunction<FocusRow, InvoiceView.Line, @Nullable Object> cell) {
        Function<FocusRow, @Nullable Object> cells = row -> row.line() == null ? null : cell.apply(row, row.line());
        return new Column<>(name, cells);
    }

    private static @Nullable String miner(InvoiceView.Line line) {
        return line.evidence() == null ? null : line.evidence().minerId();
    }

    private static @Nullable String sku(InvoiceView.Line line) {
        if (line.kind() == LineKind.COMMITMENT) {
            return COMMITMENT;
        }
        return line.resourceType() == null
                ? null
                : line.resourceType() + (line.gpuModel() == null ? "" : "/" + line.gpuModel());
    }

    /** One price of a plan: since when it holds, and how much it is, for a tier has a price of its own. */
    private static @Nullable String skuPrice(InvoiceView invoice, InvoiceView.Line line) {
        String sku = sku(line);
        if (sku == null) {
            return null;
        }
        Instant from = line.priceFrom();
        String plan = line.kind() == LineKind.OWN_PRICE ? "agreed" : invoice.pricePlan();
        String since = from == null ? "" : from.toString();
        return Stream.of(
                        plan,
                        invoice.currency(),
                        sku,
                        since,
                        line.kind() == LineKind.COMMITMENT
                                ? ""
                                : line.unitPrice().toPlainString())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/"));
    }
}
