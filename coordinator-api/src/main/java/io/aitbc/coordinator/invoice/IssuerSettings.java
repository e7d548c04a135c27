package io.aitbc.coordinator.invoice;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who sends the invoices.
 *
 * @param issuerName INVOICE_ISSUER_NAME; at most 200 characters
 * @param issuerAddress INVOICE_ISSUER_ADDRESS: lines with | between them, at most 8, together at most 1,000 characters
 */
@ConfigurationProperties("coordinator.invoice")
record IssuerSettings(String issuerName, String issuerAddress) {

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_ADDRESS = 1000;
    private static final int MOST_LINES = 8;

    IssuerSettings {
        if (issuerName.isBlank() || issuerName.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("INVOICE_ISSUER_NAME must have 1 to " + LONGEST_NAME
                    + " characters, had " + issuerName.strip().length());
        }
        if (issuerAddress.length() > LONGEST_ADDRESS || lines(issuerAddress).size() > MOST_LINES) {
            throw new IllegalArgumentException("INVOICE_ISSUER_ADDRESS must have at most " + MOST_LINES
                    + " lines, with | between them, and " + LONGEST_ADDRESS + " characters");
        }
    }

    List<String> addressLines() {
        return lines(issuerAddress);
    }

    private static List<String> lines(String address) {
        return Stream.of(address.split("\\|"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
