package io.aitbc.monitoring.config;

import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that is killed in the middle of writing: it halts, without any end, at the step that it is told. */
final class KilledWriter {

    static final int HALTED = 77;

    private KilledWriter() {}

    /** The database, Prometheus, the file, the step. */
    public static void main(String[] args) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(args[0]);
        database.setUser(args[1]);
        database.setPassword(args[2]);
        Step last = Step.valueOf(args[5]);
        new ConfigScene(database, args[3], Path.of(args[4]), "promtool", step -> {
                    if (step == last) {
                        Runtime.getRuntime().halt(HALTED);
                    }
                })
                .add("new", "127.0.0.1:2");
    }
}
