package io.aitbc.benchmarks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * The ceiling for ingest: rows of the ledger as COPY wrote them out, copied into an empty ledger with the same partitions,
 * indexes and triggers. One COPY per connection, the text format, nothing else running.
 */
final class RawCopy {

    private static final int CHUNK = 64 * 1024;

    private final List<byte[]> lines;

    private RawCopy(List<byte[]> lines) {
        this.lines = lines;
    }

    /** Reads those rows of the ledger. */
    static RawCopy of(Connection connection, String where) throws SQLException {
        List<byte[]> lines = new ArrayList<>();
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT * FROM usage_ledger WHERE " + where + ") TO STDOUT");
        byte[] line;
        while ((line = copy.readFromCopy()) != null) {
            lines.add(line);
        }
        return new RawCopy(lines);
    }

    int rows() {
        return lines.size();
    }

    /** Rows per second into an empty ledger. */
    double perSecondInto(Servers servers, int connections) throws SQLException, IOException, InterruptedException {
        Servers.Database empty = servers.coordinatorDatabase();
        List<List<byte[]>> parts = new ArrayList<>();
        for (int part = 0; part < connections; part++) {
            int share = lines.size() / connections;
            parts.add(chunks(lines.subList(part * share, part == connections - 1 ? lines.size() : (part + 1) * share)));
        }
        double seconds = Together.seconds(connections, part -> {
            try (Connection connection = empty.connect()) {
                copy(connection, parts.get(part));
            }
        });
        try (Connection connection = empty.connect()) {
            if (Sql.number(connection, "SELECT count(*) FROM usage_ledger") != lines.size()) {
                throw new IllegalStateException("COPY lost rows");
            }
        }
        servers.drop(empty);
        return lines.size() / seconds;
    }

    private static void copy(Connection connection, List<byte[]> chunks) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY usage_ledger FROM STDIN");
        for (byte[] chunk : chunks) {
            copy.writeToCopy(chunk, 0, chunk.length);
        }
        copy.endCopy();
    }

    private static List<byte[]> chunks(List<byte[]> lines) {
        List<byte[]> chunks = new ArrayList<>();
        byte[] chunk = new byte[CHUNK];
        int length = 0;
        for (byte[] line : lines) {
            if (length + line.length > CHUNK) {
                chunks.add(java.util.Arrays.copyOf(chunk, length));
                length = 0;
            }
            System.arraycopy(line, 0, chunk, length, line.length);
            length += line.length;
        }
        chunks.add(java.util.Arrays.copyOf(chunk, length));
        return chunks;
    }
}
