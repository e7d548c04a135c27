package io.aitbc.coordinator.invoice;

import static io.aitbc.coordinator.invoice.InvoiceSamples.EPISODE;
import static io.aitbc.coordinator.invoice.InvoiceSamples.ISSUER;
import static io.aitbc.coordinator.invoice.InvoiceSamples.copy;
import static io.aitbc.coordinator.invoice.InvoiceSamples.everyKind;
import static io.aitbc.coordinator.invoice.InvoiceSamples.invoice;
import static io.aitbc.coordinator.invoice.InvoiceSamples.line;
import static io.aitbc.coordinator.invoice.InvoiceSamples.pages;
import static io.aitbc.coordinator.invoice.InvoiceSamples.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands on printed invoices. */
class InvoicePdfTest {

    @Test
    void everythingThatIsOwedStandsOnIt() {
        String text = words(invoice(everyKind()));
        assertThat(text)
                .contains("Invoice\n", "Nordlicht GPU Cooperative", "Speicherstraße 12", "20457 Hamburg, Germany")
                .contains("Göttinger Institut für Strömungsforschung", "rechnung@example.org", "goettingen")
                .contains("INV-2026-000042", "2026-05-02", "2026-04-01 to 2026-04-30", "Europe/Berlin")
                .contains("14.93", "250.00", "703.09", "2.40", "1.50", "0.63", "27.45", "-19.35")
                .contains("312.483917 gpu_hour", "0.0001", "149250 call")
                .contains("Net 980.65 EUR", "VAT 19 % 186.32 EUR", "Total 1166.97 EUR")
                .contains("Credit applied -100.00 EUR", "Amount due 1066.97 EUR")
                .contains("SHA-256 of the document: 9f86d081884c7d65", "Page 1 of 1")
                .doesNotContain("DRAFT", "VOID")
                .as("why it was finalized early is for operators only")
                .doesNotContain("Reason", "the pool is gone");
    }

    @Test
    void timesAreByTheTenantsClocks() {
        assertThat(words(invoice(everyKind()))).doesNotContainPattern("\\d\\d:\\d\\d(:\\d\\d)?Z");
    }

    @Test
    void anSlaCreditShowsItsEvidenceAndALateLineItsPeriod() {
        assertThat(words(invoice(everyKind())).replace("\n", " "))
                .contains("Evidence: SLA episode " + EPISODE + " of pool-eu, miner miner-eu-7")
                .contains("For the prior period 2026-03-01 to 2026-03-31, invoice INV-2026-000017");
    }

    @Test
    void draftsAndWithdrawnInvoicesSaySoInLargeLetters() {
        String draft = words(copy("Tenant", InvoiceKind.INVOICE, InvoiceStatus.DRAFT, everyKind()));
        assertThat(draft)
                .contains("Invoice (DRAFT)", "none yet", "A draft: not an invoice")
                .doesNotContain("SHA-256");
        assertThat(draft.replaceAll("\\s", "").split("DRAFT", -1))
                .as("the title and behind the text")
                .hasSize(3);
        String gone = words(copy("Tenant", InvoiceKind.INVOICE, InvoiceStatus.VOID, everyKind()));
        assertThat(gone).contains("Invoice (VOID)", "Void 2026-05-02, wrong tenant");
        assertThat(gone.replaceAll("\\s", "").split("VOID", -1)).hasSize(3);
    }

    @Test
    void aCreditNoteNamesTheInvoiceThatItCorrects() {
        InvoiceCopy note = copy(
                "Tenant",
                InvoiceKind.CREDIT_NOTE,
                InvoiceStatus.FINALIZED,
                List.of(line(1, LineKind.GOODWILL, null, null, "slow weekend", "1", "-10", "-10.00")));
        assertThat(words(note))
                .contains("Credit note\n", "CN-2026-000007", "Corrects invoice INV-2026-000017")
                .contains("Reason Usage was corrected.", "Total -11.90 EUR", "Amount due -11.90 EUR");
    }

    @Test
    void manyLinesTakeManySheetsAndEachRepeatsTheHead() throws Exception {
        List<InvoiceView.Line> lines = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            lines.add(line(i, LineKind.USAGE, "gpu_hours", "M" + i, "gpu_hours on M" + i, "1", "0.37", "0.37"));
        }
        byte[] pdf = InvoicePdf.of(invoice(lines), ISSUER);
        int pages = pages(pdf);
        assertThat(pages).isBetween(8, 15);
        String all = read(pdf);
        assertThat(all).contains("Page 1 of " + pages, "Page " + pages + " of " + pages, "Net 111.00 EUR");
        assertThat(all.split("Unit price", -1)).hasSizeGreaterThanOrEqualTo(pages);
        for (int i = 1; i <= 300; i++) {
            assertThat(all).contains(i + " gpu_hours on M" + i + " 1 gpu_hour 0.37 0.37");
        }
        assertInside(pdf);
    }

    @Test
    void aTextLongerThanASheetGoesOnOnTheNext() throws Exception {
        String endless = "x".repeat(20_000) + "END";
        byte[] pdf = InvoicePdf.of(
                copy(
                        "n".repeat(5_000),
                        InvoiceKind.INVOICE,
                        InvoiceStatus.FINALIZED,
                        List.of(line(1, LineKind.GOODWILL, null, null, endless, "1", "-1", "-1.00"))),
                ISSUER);
        assertThat(pages(pdf)).isGreaterThan(5);
        assertThat(read(pdf).replaceAll("\\s", "")).contains("xEND", "-1.19EUR");
        assertInside(pdf);
    }

    @Test
    void theLargestNumbersStayInTheirColumns() throws Exception {
        String most = "12345678901234567890.12345678";
        byte[] pdf = InvoicePdf.of(
                invoice(List.of(line(1, LineKind.USAGE, "gpu_hours", null, "gpu_hours", most, most, most))), ISSUER);
        assertThat(read(pdf).replaceAll("\\s", "")).contains("Net" + most + "EUR");
        assertInside(pdf);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\uD83D\uDE00 GmbH",
                "\u202Egnp.exe",
                "\uD800",
                "\u0000\u0007\u001B[31m\r\nX",
                "שלום",
                "مرحبا",
                "中文公司",
                "a\u0301\u0302\u0303\u0304\u0305",
                "\uFFFF\uFFFE\uFEFF",
                "=cmd()",
                "(unbalanced \\( in PDF) Tj ET"
            })
    void noNameBreaksIt(String name) {
        List<InvoiceView.Line> lines = List.of(line(1, LineKind.USAGE, "gpu_hours", name, name, "1", "1", "1.00"));
        InvoiceCopy copy = copy(name, InvoiceKind.INVOICE, InvoiceStatus.FINALIZED, lines);
        assertThat(read(InvoicePdf.of(copy, ISSUER))).contains("1 gpu_hour 1 1.00", "Total 1.19 EUR");
    }

    @Test
    void lettersOfTheFontStayAndOthersBecomeQuestionMarks() {
        String name = "Łódź Ωμέγα Жёлтый \uD83D\uDE00 \u202Etxt 中 שלום a\tb";
        String text = words(copy(name, InvoiceKind.INVOICE, InvoiceStatus.FINALIZED, everyKind()));
        assertThat(text.replace("\n", " ")).contains("Łódź Ωμέγα Жёлтый ? ?txt ? ???? a b");
    }

    @Test
    void theSameInvoiceGivesTheSameBytes() throws Exception {
        byte[] first = InvoicePdf.of(invoice(everyKind()), ISSUER);
        assertThat(InvoicePdf.of(invoice(everyKind()), ISSUER)).isEqualTo(first);
        try (PDDocument document = Loader.loadPDF(first)) {
            assertThat(document.getDocumentInformation().getTitle()).isEqualTo("Invoice INV-2026-000042");
            assertThat(document.getDocumentInformation().getCreationDate().toInstant())
                    .isEqualTo("2026-05-02T06:15:00Z");
            for (PDPage page : document.getPages()) {
                for (var name : page.getResources().getFontNames()) {
                    PDFont font = page.getResources().getFont(name);
                    assertThat(font.isEmbedded()).isTrue();
                    assertThat(font.getName()).endsWith("LiberationSans");
                }
            }
        }
    }

    @Test
    void theIssuerIsCheckedAtTheStart() {
        assertThatThrownBy(() -> new IssuerSettings(" ", ""))
                .hasMessage("INVOICE_ISSUER_NAME must have 1 to 200 characters, had 0");
        assertThatThrownBy(() -> new IssuerSettings("GPU pool", "a|b|c|d|e|f|g|h|i"))
                .hasMessage(
                        "INVOICE_ISSUER_ADDRESS must have at most 8 lines, with | between them, and 1000 characters");
        assertThat(new IssuerSettings("GPU pool", "a | |b").addressLines()).containsExactly("a", "b");
        assertThat(new IssuerSettings("GPU pool", "").addressLines()).isEmpty();
    }

    private static String words(InvoiceCopy copy) {
        return read(InvoicePdf.of(copy, ISSUER));
    }

    /** No letter stands outside the margins of a sheet. */
    private static void assertInside(byte[] pdf) throws Exception {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            new PDFTextStripper() {
                @Override
                protected void processTextPosition(TextPosition text) {
                    assertThat(text.getX()).isGreaterThanOrEqualTo(44f);
                    assertThat(text.getX() + text.getWidth()).isLessThanOrEqualTo(551f);
                    assertThat(text.getY()).isBetween(30f, 820f);
                }
            }.getText(document);
        }
    }
}
