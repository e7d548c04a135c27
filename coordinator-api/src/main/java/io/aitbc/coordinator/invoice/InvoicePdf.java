package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.PdfPaper.Look;
import io.aitbc.coordinator.pricing.Decimals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** An invoice or credit note on paper. Times are by the clocks of the tenant's zone, numbers in plain decimal notation. */
final class InvoicePdf {

    private static final int TITLE = 20_00;
    private static final int NAME = 13_00;
    private static final int TEXT = 9_00;
    private static final int SMALL = 7_50;
    private static final int LEADING = 12_00;
    private static final int GAP = 6_00;
    private static final int MIDDLE = 300_00;
    private static final int VALUE = 375_00;
    private static final int SHORT_ROW = 60_00;
    /** From the height of a rule to the foot of the letters under it. */
    private static final int BELOW = 13_00;

    private final InvoiceCopy copy;
    private final InvoiceView invoice;
    private final IssuerSettings issuer;
    private final PdfPaper paper;
    private final ZoneId zone;

    private InvoicePdf(InvoiceCopy copy, IssuerSettings issuer, PdfPaper paper) {
        this.copy = copy;
        this.invoice = copy.invoice();
        this.issuer = issuer;
        this.paper = paper;
        this.zone = ZoneId.of(invoice.timezone());
    }

    /** The document; the same invoice gives the same bytes. */
    static byte[] of(InvoiceCopy copy, IssuerSettings issuer) {
        String mark = switch (copy.invoice().status()) {
            case DRAFT -> "DRAFT";
            case VOID -> "VOID";
            case FINALIZED, PAID -> null;
        };
        try (PdfPaper paper = new PdfPaper(mark)) {
            return new InvoicePdf(copy, issuer, paper).written();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] written() throws IOException {
        paper.sheet();
        head();
        InvoiceTable table = new InvoiceTable(paper, invoice.currency());
        table.head();
        for (InvoiceView.Line line : invoice.lines()) {
            table.row(line, remarks(line));
        }
        totals();
        Instant time = invoice.finalizedAt() == null ? invoice.rebuiltAt() : invoice.finalizedAt();
        String number = invoice.number();
        return paper.finish(
                title() + (number == null ? "" : " " + number),
                issuer.issuerName(),
                List.of(
                        invoice.sha256() == null
                                ? "A draft: not an invoice, and without a hash."
                                : "SHA-256 of the document: " + invoice.sha256(),
                        "Id: " + invoice.invoiceId()),
                time,
                invoice.invoiceId().getLeastSignificantBits());
    }

    private String title() {
        return invoice.kind() == InvoiceKind.CREDIT_NOTE ? "Credit note" : "Invoice";
    }

    private void head() throws IOException {
        paper.down(TITLE - LEADING);
        int top = paper.y();
        String state = switch (invoice.status()) {
            case DRAFT -> " (DRAFT)";
            case VOID -> " (VOID)";
            case FINALIZED, PAID -> "";
        };
        block(PdfPaper.LEFT, MIDDLE - GAP, issuer.issuerName(), NAME, Look.BOLD);
        for (String line : issuer.addressLines()) {
            block(PdfPaper.LEFT, MIDDLE - GAP, line, TEXT, Look.PALE);
        }
        int bottom = Math.min(paper.y(), top - LEADING);
        paper.moveTo(top);
        paper.textTo(PdfPaper.RIGHT, title() + state, TITLE, Look.BOLD);
        paper.moveTo(bottom);
        paper.down(GAP);
        paper.rule(PdfPaper.LEFT, PdfPaper.RIGHT);
        paper.down(BELOW + GAP);
        int begin = paper.y();
        block(PdfPaper.LEFT, MIDDLE, "Bill to", SMALL, Look.PALE);
        block(PdfPaper.LEFT, MIDDLE - GAP, invoice.billToName(), TEXT, Look.BOLD);
        if (invoice.billToEmail() != null) {
            block(PdfPaper.LEFT, MIDDLE - GAP, invoice.billToEmail(), TEXT, Look.PLAIN);
        }
        block(PdfPaper.LEFT, MIDDLE - GAP, "Account " + invoice.tenantId(), TEXT, Look.PLAIN);
        int left = paper.y();
        paper.moveTo(begin);
        facts();
        paper.moveTo(Math.min(left, paper.y()));
        paper.down(LEADING);
    }

    private void facts() throws IOException {
        String number = invoice.number();
        fact("Number", number == null ? "none yet" : number);
        if (invoice.corrects() != null) {
            String corrected = copy.numberOf(invoice.corrects());
            fact("Corrects", "invoice " + (corrected == null ? invoice.corrects() : corrected));
        }
        fact(
                invoice.finalizedAt() == null ? "Drafted" : "Date",
                day(invoice.finalizedAt() == null ? invoice.rebuiltAt() : invoice.finalizedAt()));
        fact("Period", new BillingPeriod(invoice.periodStart(), invoice.periodEnd()).words(zone));
        fact("Time zone", invoice.timezone());
        fact("Currency", invoice.currency());
        if (invoice.paidAt() != null) {
            String reference = invoice.paymentReference();
            fact("Paid", day(invoice.paidAt()) + (reference == null ? "" : ", " + reference));
        }
        if (invoice.voidedAt() != null) {
            String why = invoice.voidReason();
            fact("Void", day(invoice.voidedAt()) + (why == null ? "" : ", " + why));
        }
        // Why an invoice was finalized early is no customer's business.
        if (invoice.reason() != null && invoice.kind() == InvoiceKind.CREDIT_NOTE) {
            fact("Reason", invoice.reason());
        }
    }

    private void fact(String name, String value) throws IOException {
        paper.text(MIDDLE, name, TEXT, Look.PALE);
        block(VALUE, PdfPaper.RIGHT, value, TEXT, Look.PLAIN);
    }

    private void block(int from, int to, String text, int size, Look look) throws IOException {
        for (String line : paper.font().wrap(text, size, to - from)) {
            roomFor(LEADING);
            paper.text(from, line, size, look);
            paper.down(Math.max(LEADING, size + GAP / 2));
        }
    }

    private void roomFor(int length) throws IOException {
        if (!paper.hasRoomFor(length)) {
            paper.sheet();
        }
    }

    private List<String> remarks(InvoiceView.Line line) {
        List<String> remarks = new ArrayList<>();
        InvoiceLine.Prior prior = line.prior();
        if (prior != null) {
            String number = copy.numberOf(prior.priorInvoice());
            remarks.add("For the prior period " + new BillingPeriod(prior.priorStart(), prior.priorEnd()).words(zone)
                    + ", invoice " + (number == null ? prior.priorInvoice() : number));
        }
        InvoiceLine.Evidence evidence = line.evidence();
        if (evidence != null) {
            remarks.add("Evidence: SLA episode " + evidence.episodeId() + " of " + evidence.episodeSource() + ", miner "
                    + evidence.minerId());
        }
        return remarks;
    }

    private void totals() throws IOException {
        if (!paper.hasRoomFor(SHORT_ROW + LEADING * (invoice.taxes().size() + 2))) {
            paper.sheet();
        }
        paper.down(LEADING);
        total("Net", invoice.net(), Look.PLAIN);
        for (TaxAmount tax : invoice.taxes()) {
            total(tax.name() + " " + Decimals.tidy(tax.pct()).toPlainString() + " %", tax.amount(), Look.PLAIN);
        }
        total("Total", invoice.total(), Look.BOLD);
        if (invoice.creditApplied().signum() < 0) {
            total("Put to the prepaid balance", invoice.creditApplied().negate(), Look.PLAIN);
        } else {
            total("Credit applied", invoice.creditApplied().negate(), Look.PLAIN);
        }
        paper.rule(MIDDLE, PdfPaper.RIGHT);
        paper.down(BELOW);
        total("Amount due", invoice.amountDue(), Look.BOLD);
    }

    private void total(String name, BigDecimal amount, Look look) throws IOException {
        String shown = InvoiceTable.shown(amount) + " " + invoice.currency();
        int width = PdfPaper.RIGHT - MIDDLE - GAP - paper.font().width(shown, TEXT);
        List<String> lines = paper.font().wrap(name, TEXT, width);
        roomFor(LEADING * lines.size());
        for (int i = 0; i < lines.size(); i++) {
            paper.text(MIDDLE, lines.get(i), TEXT, look);
            if (i == 0) {
                paper.textTo(PdfPaper.RIGHT, shown, TEXT, look);
            }
            paper.down(LEADING);
        }
    }

    private String day(Instant time) {
        return time.atZone(zone).toLocalDate().toString();
    }
}
