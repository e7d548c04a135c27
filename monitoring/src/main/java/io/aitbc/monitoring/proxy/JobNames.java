package io.aitbc.monitoring.proxy;

/** How services and jobs may be named in paths; nothing in them means anything to a path. */
final class JobNames {

    static final String SERVICE = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    static final String JOB_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";
    static final String RULE =
            "must be 1 to 64 (a job's id: 128) letters, digits and . _ -, beginning with a letter or digit";

    private JobNames() {}
}
