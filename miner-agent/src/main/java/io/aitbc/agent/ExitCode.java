package io.aitbc.agent;

import io.aitbc.agent.heart.GivenUp;

/** What the exit status tells (the numbers above 63 are those of BSD's sysexits). */
final class ExitCode {

    static final int STOPPED = 0;
    static final int USAGE = 2;
    static final int REGISTRATION_REFUSED = 65;
    static final int BUG = 70;
    static final int STORAGE = 73;
    static final int TOKEN_REFUSED = 77;
    static final int ID_TAKEN = 78;

    private ExitCode() {}

    static int of(GivenUp reason) {
        return switch (reason) {
            case TOKEN_REFUSED -> TOKEN_REFUSED;
            case ID_TAKEN -> ID_TAKEN;
            case REGISTRATION_REFUSED -> REGISTRATION_REFUSED;
        };
    }

    /** What to tell the person at the terminal. */
    static String remedy(GivenUp reason, String minerId) {
        return switch (reason) {
            case TOKEN_REFUSED ->
                "The hub does not accept the enrolment token. Check --token or POOLHUB_ENROLLMENT_TOKEN.";
            case ID_TAKEN ->
                "The id " + minerId + " belongs to a miner with another key. Choose another with --miner-id, or bring "
                        + "back the data folder that this miner had.";
            case REGISTRATION_REFUSED -> "The hub refuses the registration of " + minerId + ".";
        };
    }
}
