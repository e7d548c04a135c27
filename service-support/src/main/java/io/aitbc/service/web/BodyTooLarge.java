package io.aitbc.service.web;

import java.io.IOException;

/** The body went over its limit while it was read. */
final class BodyTooLarge extends IOException {

    private static final long serialVersionUID = 1L;

    private final long limit;

    BodyTooLarge(long limit) {
        super("body over " + limit + " bytes");
        this.limit = limit;
    }

    Problem problem() {
        return Problem.tooLarge("body-too-large", "The body may have at most " + limit + " bytes; send it in parts.");
    }
}
