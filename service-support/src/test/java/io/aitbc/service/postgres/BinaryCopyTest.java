package io.aitbc.service.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.testsupport.TestDatabase;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is written in the binary format is what PostgreSQL reads. */
class BinaryCopyTest {

    private static final int ROWS = 5_000;

    private record Row(BigDecimal number, Instant time, String text, UUID id, long big) {}

    @Test
    void everyValueComesBackAsItWent() throws Exception {
        List<Row> rows = rows();
        try (Connection connection = TestDatabase.create().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE copied (n serial, number numeric(20, 8), time timestamptz, text text, json jsonb, id uuid,
                        big bigint, little integer, real float8, yes boolean)
                    """);
            try (BinaryCopy copy = BinaryCopy.into(
                    connection,
                    "COPY copied (number, time, text, json, id, big, little, real, yes) FROM STDIN (FORMAT binary)")) {
                for (Row row : rows) {
                    copy.row(9)
                            .number(row.number())
                            .time(row.time())
                            .text(row.text())
                            .jsonb("{\"a\":1.50}")
                            .uuid(row.id())
                            .bigint(row.big())
                            .integer((int) row.big())
                            .float8(Double.longBitsToDouble(row.id().getLeastSignificantBits() >>> 2))
                            .bool(row.big() > 0);
                }
                copy.row(9)
                        .number(null)
                        .time(null)
                        .text(null)
                        .jsonb(null)
                        .uuid(rows.get(0).id())
                        .bigint(0)
                        .integer(null)
                        .float8(Double.NaN)
                        .bool(false);
                copy.finish();
            }
            ResultSet found = statement.executeQuery("SELECT * FROM copied ORDER BY n");
            for (Row row : rows) {
                assertThat(found.next()).isTrue();
                assertThat(found.getBigDecimal("number")).isEqualByComparingTo(row.number());
                assertThat(found.getObject("time", OffsetDateTime.class).toInstant())
                        .isEqualTo(row.time());
                assertThat(found.getString("text")).isEqualTo(row.text());
                assertThat(found.getString("json")).isEqualTo("{\"a\": 1.50}");
                assertThat(found.getObject("id", UUID.class)).isEqualTo(row.id());
                assertThat(found.getLong("big")).isEqualTo(row.big());
                assertThat(found.getInt("little")).isEqualTo((int) row.big());
                assertThat(found.getDouble("real"))
                        .isEqualTo(Double.longBitsToDouble(row.id().getLeastSignificantBits() >>> 2));
                assertThat(found.getBoolean("yes")).isEqualTo(row.big() > 0);
            }
            assertThat(found.next()).isTrue();
            assertThat(found.getBigDecimal("number")).isNull();
            assertThat(found.getString("json")).isNull();
        }
    }

    @Test
    void whatIsNotFinishedIsNotThere() throws Exception {
        try (Connection connection = TestDatabase.create().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE copied (big bigint)");
            try (BinaryCopy copy = BinaryCopy.into(connection, "COPY copied FROM STDIN (FORMAT binary)")) {
                copy.row(1).bigint(1);
            }
            ResultSet count = statement.executeQuery("SELECT count(*) FROM copied");
            assertThat(count.next()).isTrue();
            assertThat(count.getLong(1)).isZero();
        }
    }

    @Test
    void aNumberThatDoesNotFitIsRefused() throws Exception {
        try (Connection connection = TestDatabase.create().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE copied (number numeric(20, 8))");
            try (BinaryCopy copy = BinaryCopy.into(connection, "COPY copied FROM STDIN (FORMAT binary)")) {
                assertThatThrownBy(() -> copy.row(1).number(new BigDecimal("1000000000000")))
                        .isInstanceOf(ArithmeticException.class);
                assertThatThrownBy(() -> copy.row(1).number(new BigDecimal("0.000000001")))
                        .isInstanceOf(ArithmeticException.class);
            }
        }
    }

    private static List<Row> rows() {
        Random random = new Random(42);
        List<Row> rows = new ArrayList<>();
        for (String edge :
                List.of("0", "-0.00000001", "999999999999.99999999", "-999999999999.99999999", "1e11", "10000")) {
            rows.add(row(random, new BigDecimal(edge)));
        }
        while (rows.size() < ROWS) {
            BigInteger digits = new BigInteger(1 + random.nextInt(66), random).mod(BigInteger.TEN.pow(20));
            BigDecimal number = new BigDecimal(digits, 8).stripTrailingZeros();
            rows.add(row(random, random.nextBoolean() ? number : number.negate()));
        }
        return rows;
    }

    private static Row row(Random random, BigDecimal number) {
        long micros = random.nextLong(4_000_000_000_000_000L) - 2_000_000_000_000_000L;
        Instant time =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
        String text = random.nextBoolean() ? "plain " + micros : "über 😀 \\ \t \n " + micros;
        return new Row(number, time, text, new UUID(random.nextLong(), random.nextLong()), random.nextLong());
    }
}
