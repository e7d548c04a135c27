package io.aitbc.coordinator.invoice;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Numbers without gaps: drawn in the transaction that uses them, which the next one waits for. */
@Repository
class InvoiceNumbers {

    private final JdbcClient jdbc;

    InvoiceNumbers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The next number of the series in the year (UTC) of a time, such as INV-2026-000042. */
    @Transactional(propagation = Propagation.MANDATORY)
    public String next(InvoiceKind kind, Instant at) {
        int year = at.atOffset(ZoneOffset.UTC).getYear();
        long number = jdbc.sql("""
                INSERT INTO invoice_numbers AS known (series, year, last) VALUES (:series, :year, 1)
                ON CONFLICT (series, year) DO UPDATE SET last = known.last + 1
                RETURNING last
                """)
                .param("series", kind.series())
                .param("year", year)
                .query(Long.class)
                .single();
        return String.format(Locale.ROOT, "%s-%04d-%06d", kind.series(), year, number);
    }
}
