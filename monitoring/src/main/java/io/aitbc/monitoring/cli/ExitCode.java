package io.aitbc.monitoring.cli;

/** What the exit status tells. */
final class ExitCode {

    static final int OK = 0;
    static final int CHECK_FAILED = 1;
    static final int USAGE = 2;
    static final int REFUSED = 3;
    static final int AWAY = 4;
    static final int LOCAL = 5;
    static final int BUG = 70;

    private ExitCode() {}
}
