package io.aitbc.testsupport.architecture.bad;

import org.springframework.jdbc.core.JdbcTemplate;

/** Breaks: SQL in a controller. */
final class SqlController {

    private final JdbcTemplate jdbc;

    SqlController(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void forget() {
        jdbc.execute("SELECT 1");
    }
}
