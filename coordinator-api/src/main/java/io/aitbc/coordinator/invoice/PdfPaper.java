package io.aitbc.coordinator.invoice;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.GregorianCalendar;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDPageContentStream.AppendMode;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.apache.pdfbox.util.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Sheets of A4 that are written from top to bottom. Lengths are in hundredths of a point; {@code x} counts from the left edge.
 * Nothing in it depends on the time or the machine: the same calls give the same bytes.
 */
final class PdfPaper implements AutoCloseable {

    /** How a text looks. */
    enum Look {
        PLAIN(Color.BLACK, 0),
        /** A thin line around the letters; the font has no bold face. */
        BOLD(Color.BLACK, 25),
        PALE(new Color(0x55, 0x55, 0x55), 0);

        private final Color color;
        private final int outline;

        Look(Color color, int outline) {
            this.color = color;
            this.outline = outline;
        }
    }

    static final int LEFT = 45_00;
    static final int RIGHT = 550_00;

    private static final int POINT = 100;
    private static final int TOP = 795_00;
    private static final int BOTTOM = 70_00;
    private static final int FOOT = 40_00;
    private static final int FOOT_SIZE = 7_00;
    private static final Color RULE = new Color(0xAA, 0xAA, 0xAA);
    private static final Color MARK = new Color(0xEC, 0xEC, 0xEC);
    private static final int MARK_SIZE = 150_00;
    private static final int MARK_DEGREES = 55;

    private final PDDocument document = new PDDocument();
    private final PdfFont font = PdfFont.load();
    private final PDType0Font embedded;
    private final @Nullable String mark;
    private @Nullable PDPageContentStream page;
    private int y;

    /**
     * Paper without a sheet.
     *
     * @param mark a word in large letters behind the text of every sheet
     */
    PdfPaper(@Nullable String mark) throws IOException {
        this.mark = mark;
        this.embedded = font.in(document);
    }

    PdfFont font() {
        return font;
    }

    /** Where the next line of text begins, as a distance from the lower edge. */
    int y() {
        return y;
    }

    /** Goes on at another height of the same sheet. */
    void moveTo(int height) {
        y = height;
    }

    void down(int length) {
        y -= length;
    }

    boolean hasRoomFor(int length) {
        return y - length >= BOTTOM;
    }

    /** Begins the next sheet. */
    void sheet() throws IOException {
        if (page != null) {
            page.close();
        }
        PDPage next = new PDPage(PDRectangle.A4);
        document.addPage(next);
        page = new PDPageContentStream(document, next);
        y = TOP;
        if (mark != null) {
            markSheet(page, mark);
        }
    }

    private void markSheet(PDPageContentStream sheet, String word) throws IOException {
        Matrix place = Matrix.getTranslateInstance(PDRectangle.A4.getWidth() / 2, PDRectangle.A4.getHeight() / 2);
        place.concatenate(Matrix.getRotateInstance(Math.toRadians(MARK_DEGREES), 0, 0));
        place.translate(-font.width(word, MARK_SIZE) / (2f * POINT), -MARK_SIZE / (3f * POINT));
        sheet.beginText();
        sheet.setNonStrokingColor(MARK);
        sheet.setFont(embedded, MARK_SIZE / (float) POINT);
        sheet.setTextMatrix(place);
        sheet.showText(word);
        sheet.endText();
    }

    /** A printable text from {@code x} on, at the present height. */
    void text(int x, String text, int size, Look look) throws IOException {
        show(sheetNow(), x, y, text, size, look);
    }

    /** A printable text that ends at {@code x}. */
    void textTo(int x, String text, int size, Look look) throws IOException {
        text(x - font.width(text, size), text, size, look);
    }

    private void show(PDPageContentStream sheet, int x, int height, String text, int size, Look look)
            throws IOException {
        if (text.isEmpty()) {
            return;
        }
        sheet.beginText();
        sheet.setNonStrokingColor(look.color);
        sheet.setStrokingColor(look.color);
        sheet.setRenderingMode(look.outline == 0 ? RenderingMode.FILL : RenderingMode.FILL_STROKE);
        sheet.setLineWidth(look.outline / (float) POINT);
        sheet.setFont(embedded, size / (float) POINT);
        sheet.newLineAtOffset(x / (float) POINT, height / (float) POINT);
        sheet.showText(text);
        sheet.endText();
    }

    /** A thin line at the present height. */
    void rule(int from, int to) throws IOException {
        PDPageContentStream sheet = sheetNow();
        sheet.setStrokingColor(RULE);
        sheet.setLineWidth(1 / 2f);
        sheet.moveTo(from / (float) POINT, y / (float) POINT);
        sheet.lineTo(to / (float) POINT, y / (float) POINT);
        sheet.stroke();
    }

    private PDPageContentStream sheetNow() {
        if (page == null) {
            throw new IllegalStateException("there is no sheet yet");
        }
        return page;
    }

    /**
     * Numbers the sheets and gives out the document.
     *
     * @param foot lines at the foot of every sheet
     * @param time which the document bears
     * @param id from which the document's own is made
     */
    byte[] finish(String title, String author, List<String> foot, Instant time, long id) throws IOException {
        sheetNow().close();
        page = null;
        int sheets = document.getNumberOfPages();
        for (int i = 0; i < sheets; i++) {
            PDPage sheet = document.getPage(i);
            try (PDPageContentStream end = new PDPageContentStream(document, sheet, AppendMode.APPEND, true, true)) {
                int height = FOOT;
                for (String line : foot) {
                    show(end, LEFT, height, line, FOOT_SIZE, Look.PALE);
                    height -= FOOT_SIZE + 2 * POINT;
                }
                String count = "Page " + (i + 1) + " of " + sheets;
                show(end, RIGHT - font.width(count, FOOT_SIZE), FOOT, count, FOOT_SIZE, Look.PALE);
            }
        }
        PDDocumentInformation about = document.getDocumentInformation();
        about.setTitle(title);
        about.setAuthor(author);
        about.setCreationDate(GregorianCalendar.from(ZonedDateTime.ofInstant(time, ZoneOffset.UTC)));
        document.getDocumentCatalog().setLanguage("en");
        document.setDocumentId(id);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        document.save(bytes);
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        if (page != null) {
            page.close();
        }
        document.close();
    }
}
