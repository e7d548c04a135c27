package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.invoice.PdfPaper.Look;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The lines of an invoice on paper. Each sheet repeats the head of the table; what is too wide goes on in the next line. */
final class InvoiceTable {

    private static final int TEXT = 9_00;
    private static final int SMALL = 7_50;
    private static final int LEADING = 11_50;
    private static final int PAD = 4_00;
    private static final int BELOW = 12_00;
    /** Rows up to this height stay on one sheet. */
    private static final int TALL = 200_00;

    private static final int NUMBER_TO = PdfPaper.LEFT + 22_00;
    private static final int WORDS = NUMBER_TO + 8_00;
    private static final int WORDS_TO = 296_00;
    private static final int QUANTITY_TO = 402_00;
    private static final int PRICE_TO = 470_00;
    private static final int AMOUNT_TO = PdfPaper.RIGHT;
    private static final int BETWEEN = 8_00;

    private final PdfPaper paper;
    private final String currency;

    InvoiceTable(PdfPaper paper, String currency) {
        this.paper = paper;
        this.currency = currency;
    }

    static String shown(BigDecimal number) {
        return number.toPlainString();
    }

    void head() throws IOException {
        if (!paper.hasRoomFor(BELOW + PAD + 2 * LEADING)) {
            paper.sheet();
        }
        paper.textTo(NUMBER_TO, "#", SMALL, Look.PALE);
        paper.text(WORDS, "Description", SMALL, Look.PALE);
        paper.textTo(QUANTITY_TO, "Quantity", SMALL, Look.PALE);
        paper.textTo(PRICE_TO, "Unit price", SMALL, Look.PALE);
        paper.textTo(AMOUNT_TO, "Amount (" + currency + ")", SMALL, Look.PALE);
        paper.down(PAD);
        paper.rule(PdfPaper.LEFT, PdfPaper.RIGHT);
        paper.down(BELOW);
    }

    /** A printed line of a row: its words, and how they look. */
    private record Words(String text, int size, Look look) {}

    /**
     * A line.
     *
     * @param remarks under its description
     */
    void row(InvoiceView.Line line, List<String> remarks) throws IOException {
        List<Words> words = new ArrayList<>();
        wrap(line.description(), TEXT, WORDS_TO - WORDS).forEach(text -> words.add(new Words(text, TEXT, Look.PLAIN)));
        for (String remark : remarks) {
            wrap(remark, SMALL, WORDS_TO - WORDS).forEach(text -> words.add(new Words(text, SMALL, Look.PALE)));
        }
        String unit = line.unit() == null ? "" : " " + line.unit();
        List<String> quantity = wrap(shown(line.quantity()) + unit, TEXT, QUANTITY_TO - WORDS_TO - BETWEEN);
        List<String> price = wrap(shown(line.unitPrice()), TEXT, PRICE_TO - QUANTITY_TO - BETWEEN);
        List<String> amount = wrap(shown(line.amount()), TEXT, AMOUNT_TO - PRICE_TO - BETWEEN);
        int height = Math.max(words.size(), Math.max(quantity.size(), Math.max(price.size(), amount.size())));
        if (height * LEADING <= TALL && !paper.hasRoomFor(height * LEADING)) {
            next();
        }
        for (int i = 0; i < height; i++) {
            if (!paper.hasRoomFor(LEADING)) {
                next();
            }
            if (i == 0) {
                paper.textTo(NUMBER_TO, Integer.toString(line.line()), TEXT, Look.PALE);
            }
            if (i < words.size()) {
                paper.text(
                        WORDS,
                        words.get(i).text(),
                        words.get(i).size(),
                        words.get(i).look());
            }
            cell(QUANTITY_TO, quantity, i);
            cell(PRICE_TO, price, i);
            cell(AMOUNT_TO, amount, i);
            paper.down(LEADING);
        }
        paper.down(PAD - LEADING);
        paper.rule(PdfPaper.LEFT, PdfPaper.RIGHT);
        paper.down(BELOW);
    }

    private void cell(int to, List<String> lines, int i) throws IOException {
        if (i < lines.size()) {
            paper.textTo(to, lines.get(i), TEXT, Look.PLAIN);
        }
    }

    private void next() throws IOException {
        paper.sheet();
        head();
    }

    private List<String> wrap(String text, int size, int width) {
        return paper.font().wrap(text, size, width);
    }
}
