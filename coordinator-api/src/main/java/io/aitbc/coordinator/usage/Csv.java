package io.aitbc.coordinator.usage;

import io.aitbc.service.web.SpreadsheetCell;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes rows of the ledger as CSV (RFC 4180), one at a time. */
final class Csv {

    static final String MEDIA_TYPE = "text/csv";

    private static final String HEADER = "event_id,source,tenant_id,resource_type,quantity,unit_price,rated_price,"
            + "total_amount,currency,job_id,attempt,miner_id,gpu_uuid,occurred_at,period_start,period_end,reverses,"
            + "metadata,recorded_at,gpu_model,outcome\r\n";

    private final Writer out;
    private int rows;

    private Csv(Writer out) {
        this.out = out;
    }

    /** Begins an answer. */
    static Csv to(HttpServletResponse response) {
        try {
            response.setContentType(MEDIA_TYPE + ";charset=UTF-8");
            Csv csv = new Csv(
                    new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8)));
            csv.out.write(HEADER);
            return csv;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void row(UsageRow row) {
        Object[] fields = {
            row.eventId(),
            row.source(),
            row.tenantId(),
            row.resourceType(),
            row.quantity(),
            row.unitPrice(),
            row.ratedPrice(),
            row.totalAmount(),
            row.currency(),
            row.jobId(),
            row.attempt(),
            row.minerId(),
            row.gpuUuid(),
            row.occurredAt(),
            row.periodStart(),
            row.periodEnd(),
            row.reverses(),
            row.metadata(),
            row.recordedAt(),
            row.gpuModel(),
            row.outcome()
        };
        try {
            for (int i = 0; i < fields.length; i++) {
                out.write(i == 0 ? "" : ",");
                out.write(field(fields[i]));
            }
            out.write("\r\n");
            rows++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends what is left; how many rows there were. */
    int finish() {
        try {
            out.flush();
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String field(@Nullable Object value) {
        String text = SpreadsheetCell.of(value);
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
