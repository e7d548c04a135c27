package io.aitbc.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What a test may rely on, whichever server it gets. */
abstract class DatabaseServerContract {

    abstract DatabaseServer server();

    @Test
    void eachDatabaseIsNewAndEmptyAndItsOwn() throws Exception {
        TestDatabase one = TestDatabase.createOn(server());
        TestDatabase two = TestDatabase.createOn(server());
        assertThat(one.jdbcUrl()).isNotEqualTo(two.jdbcUrl());
        ask(one, "CREATE TABLE mine (what text); SELECT 1");
        String tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        assertThat(ask(one, tables)).isEqualTo("1");
        assertThat(ask(two, tables)).isEqualTo("0");
    }

    @Test
    void itIsPostgres17() throws Exception {
        assertThat(askNew("SHOW server_version")).startsWith("17.");
    }

    @Test
    void textsSortByTheirBytesAndTimesAreUtc() throws Exception {
        assertThat(askNew("SELECT string_agg(t, '' ORDER BY t) FROM unnest(ARRAY['b', 'a', 'B', '_']) AS t"))
                .isEqualTo("B_ab");
        assertThat(askNew("SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"))
                .isEqualTo("UTF8");
        assertThat(askNew("SHOW log_timezone")).isIn("UTC", "Etc/UTC");
    }

    @Test
    void manyMayConnectAtOnce() throws Exception {
        assertThat(askNew("SHOW max_connections")).isEqualTo("200");
    }

    @Test
    void theExtensionsThatServicesUseCanBeMade() throws Exception {
        assertThat(askNew("CREATE EXTENSION btree_gist; CREATE EXTENSION pgcrypto; SELECT 1"))
                .isEqualTo("1");
    }

    private String askNew(String sql) throws SQLException {
        return ask(TestDatabase.createOn(server()), sql);
    }

    private static String ask(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (ResultSet answer = statement.getResultSet()) {
                answer.next();
                return answer.getString(1);
            }
        }
    }
}
