package io.aitbc.coordinator.invoice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;

/** Invoices to be printed, and what is read on the print. */
final class InvoiceSamples {

    static final UUID MARCH = new UUID(0x019c_0000_0000_7000L, 0x8000_0000_0000_0003L);
    static final UUID APRIL = new UUID(0x019d_0000_0000_7000L, 0x8000_0000_0000_0004L);
    static final UUID EPISODE = new UUID(0x019c_8000_0000_7000L, 0x8000_0000_0000_0005L);
    static final IssuerSettings ISSUER = new IssuerSettings(
            "Nordlicht GPU Cooperative", "Speicherstraße 12 | 20457 Hamburg, Germany | VAT ID DE 123 456 789");

    private static final Instant APRIL_BEGINS = Instant.parse("2026-03-31T22:00:00Z");
    private static final Instant APRIL_ENDS = Instant.parse("2026-04-30T22:00:00Z");
    private static final Instant FINALIZED = Instant.parse("2026-05-02T06:15:00Z");

    private InvoiceSamples() {}

    /** A line of the kind, not taxed yet. */
    static InvoiceView.Line line(
            int number,
            LineKind kind,
            @Nullable String resource,
            @Nullable String model,
            String description,
            String quantity,
            String price,
            String amount) {
        boolean isCredit = kind == LineKind.SLA_CREDIT || kind == LineKind.GOODWILL;
        return new InvoiceView.Line(
                number,
                kind,
                resource,
                model,
                kind == LineKind.WAIVED ? "PROVIDER_FAULT" : null,
                description,
                resource == null ? null : unit(resource),
                new BigDecimal(quantity),
                new BigDecimal(price),
                new BigDecimal(amount),
                new BigDecimal("0.00"),
                isCredit ? 0 : 12,
                isCredit ? null : Instant.parse("2026-01-01T00:00:00Z"),
                null,
                null);
    }

    static InvoiceView.Line with(
            InvoiceView.Line line, InvoiceLine.@Nullable Prior prior, InvoiceLine.@Nullable Evidence evidence) {
        return new InvoiceView.Line(
                line.line(),
                line.kind(),
                line.resourceType(),
                line.gpuModel(),
                line.outcome(),
                line.description(),
                line.unit(),
                line.quantity(),
                line.unitPrice(),
                line.amount(),
                line.tax(),
                line.eventCount(),
                line.priceFrom(),
                prior,
                evidence);
    }

    static InvoiceLine.Prior march() {
        return new InvoiceLine.Prior(MARCH, Instant.parse("2026-02-28T23:00:00Z"), APRIL_BEGINS);
    }

    /** A line of every kind. */
    static List<InvoiceView.Line> everyKind() {
        List<InvoiceView.Line> lines = new ArrayList<>();
        lines.add(line(1, LineKind.FREE, "api_calls", null, "api_calls, free allowance", "10000", "0", "0.00"));
        lines.add(line(2, LineKind.USAGE, "api_calls", null, "api_calls", "149250", "0.0001", "14.93"));
        lines.add(line(3, LineKind.USAGE, "gpu_hours", "H100", "gpu_hours on H100", "100", "2.5", "250.00"));
        lines.add(line(4, LineKind.USAGE, "gpu_hours", "H100", "gpu_hours on H100", "312.483917", "2.25", "703.09"));
        lines.add(line(
                5,
                LineKind.USAGE,
                "tokens",
                null,
                "tokens, 0.8 per package of 1000000, also one that is only begun: 3 packages",
                "2500001",
                "0.8",
                "2.40"));
        lines.add(line(
                6,
                LineKind.OWN_PRICE,
                "storage_gb",
                null,
                "storage_gb, at the price agreed for it",
                "100",
                "0.015",
                "1.50"));
        lines.add(line(
                7,
                LineKind.WAIVED,
                "gpu_hours",
                "H100",
                "gpu_hours on H100, not charged: provider fault",
                "3.5",
                "0",
                "0.00"));
        lines.add(with(
                line(
                        8,
                        LineKind.USAGE,
                        "gpu_hours",
                        null,
                        "gpu_hours; prior period, reported late",
                        "1.25",
                        "0.5",
                        "0.63"),
                march(),
                null));
        lines.add(line(
                9,
                LineKind.COMMITMENT,
                null,
                null,
                "Minimum commitment, what is missing to it",
                "1",
                "27.45",
                "27.45"));
        lines.add(with(
                line(
                        10,
                        LineKind.SLA_CREDIT,
                        null,
                        null,
                        "SLA credit, 10 % for uptime 98.91 below 99.5: miner miner-eu-7, 2026-04-11 04:14 +02:00 to"
                                + " 2026-04-11 11:58:30 +02:00",
                        "1",
                        "-19.35",
                        "-19.35"),
                null,
                new InvoiceLine.Evidence("pool-eu", EPISODE, "miner-eu-7")));
        return lines;
    }

    /** A finalized invoice of April with 19 % VAT, of which 100.00 is paid from the balance. */
    static InvoiceCopy invoice(List<InvoiceView.Line> lines) {
        return copy("Göttinger Institut für Strömungsforschung", InvoiceKind.INVOICE, InvoiceStatus.FINALIZED, lines);
    }

    static InvoiceCopy copy(String billTo, InvoiceKind kind, InvoiceStatus status, List<InvoiceView.Line> untaxed) {
        BigDecimal net = untaxed.stream().map(InvoiceView.Line::amount).reduce(new BigDecimal("0.00"), BigDecimal::add);
        BigDecimal tax = net.multiply(new BigDecimal("0.19")).setScale(2, RoundingMode.HALF_UP);
        BigDecimal total = net.add(tax);
        boolean isNote = kind == InvoiceKind.CREDIT_NOTE;
        boolean isDraft = status == InvoiceStatus.DRAFT;
        BigDecimal applied = isDraft || isNote ? new BigDecimal("0.00") : new BigDecimal("100.00");
        InvoiceView invoice = new InvoiceView(
                APRIL,
                kind,
                isDraft ? null : isNote ? "CN-2026-000007" : "INV-2026-000042",
                "goettingen",
                billTo,
                "rechnung@example.org",
                status,
                isNote ? MARCH : null,
                "EUR",
                "default",
                APRIL_BEGINS,
                APRIL_ENDS,
                "Europe/Berlin",
                untaxed,
                net,
                List.of(new TaxAmount("VAT", new BigDecimal("19.00"), tax)),
                total,
                applied,
                total.subtract(applied),
                4711,
                APRIL_ENDS,
                isNote ? "Usage was corrected." : "the pool is gone",
                FINALIZED,
                FINALIZED,
                isDraft ? null : FINALIZED,
                null,
                null,
                status == InvoiceStatus.VOID ? FINALIZED : null,
                status == InvoiceStatus.VOID ? "wrong tenant" : null,
                isDraft ? null : "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        return new InvoiceCopy(invoice, Map.of(MARCH, "INV-2026-000017"));
    }

    /** What is read on a print, in the order in which it was written. */
    static String read(byte[] pdf) {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            return new PDFTextStripper().getText(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int pages(byte[] pdf) {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            return document.getNumberOfPages();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unit(String resource) {
        return switch (resource) {
            case "gpu_hours" -> "gpu_hour";
            case "api_calls" -> "call";
            case "tokens" -> "token";
            default -> "gb_month";
        };
    }
}
