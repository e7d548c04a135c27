package io.aitbc.testsupport.architecture.bad;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Breaks a rule on purpose: nobody closes the stream. */
final class LeakingRows {

    private LeakingRows() {}

    static long count(JdbcClient jdbc) {
        return jdbc.sql("SELECT 1").query(Integer.class).stream().count();
    }
}
