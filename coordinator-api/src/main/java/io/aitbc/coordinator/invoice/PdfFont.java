package io.aitbc.coordinator.invoice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/** The font of printed invoices, Liberation Sans, and what fits into a width. Lengths are in hundredths of a point. */
final class PdfFont {

    private static final String FILE = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    private static final int UNKNOWN = '?';

    private final TrueTypeFont font;
    private final CmapLookup glyphs;
    private final int unitsPerEm;

    private PdfFont(TrueTypeFont font) throws IOException {
        this.font = font;
        this.glyphs = font.getUnicodeCmapLookup();
        this.unitsPerEm = font.getUnitsPerEm();
    }

    /** The font for one document, closed with it. */
    static PdfFont load() {
        try (InputStream file = PDDocument.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("PDFBox brings no " + FILE + " any more");
            }
            return new PdfFont(new TTFParser(true).parse(new RandomAccessReadBuffer(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The font, of which the document gets the letters that it uses. */
    PDType0Font in(PDDocument document) throws IOException {
        return PDType0Font.load(document, font, true);
    }

    /**
     * The text with a ? for everything that would not be seen as it is meant: what the font has no picture of, what is written from
     * right to left, and invisible marks that change the direction. Control characters and line breaks become spaces.
     */
    String printable(String text) {
        StringBuilder clean = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().forEach(c -> {
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.CONTROL) {
                clean.append(' ');
            } else {
                clean.appendCodePoint(isPrintable(c) ? c : UNKNOWN);
            }
        });
        return clean.toString();
    }

    private boolean isPrintable(int c) {
        boolean leftToRight = switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
                    Character.DIRECTIONALITY_ARABIC_NUMBER -> false;
            default -> true;
        };
        return leftToRight && Character.getType(c) != Character.FORMAT && glyphs.getGlyphId(c) != 0;
    }

    /** How wide a printable text is. */
    int width(String text, int size) {
        return text.codePoints().map(c -> width(c, size)).sum();
    }

    private int width(int c, int size) {
        try {
            return font.getAdvanceWidth(glyphs.getGlyphId(c)) * size / unitsPerEm;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text, printable, in lines of at most this width: broken at spaces, and within words that are wider than a line. */
    List<String> wrap(String text, int size, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int taken = 0;
        for (String word : printable(text).strip().split(" +")) {
            int space = line.isEmpty() ? 0 : width(' ', size);
            int needed = width(word, size);
            if (!line.isEmpty() && taken + space + needed > width) {
                lines.add(line.toString());
                line.setLength(0);
                taken = 0;
                space = 0;
            }
            if (space > 0) {
                line.append(' ');
                taken += space;
            }
            for (int c : word.codePoints().toArray()) {
                int next = width(c, size);
                if (taken + next > width && !line.isEmpty()) {
                    lines.add(line.toString());
                    line.setLength(0);
                    taken = 0;
                }
                line.appendCodePoint(c);
                taken += next;
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
