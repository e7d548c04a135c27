package io.aitbc.monitoring.proxy;

import io.aitbc.service.web.Problem;

/** An exporter could not be scraped. */
final class ScrapeFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final ScrapeResult result;
    private final transient Problem problem;

    ScrapeFailed(ScrapeResult result, Problem problem) {
        super(problem.detail(), problem);
        this.result = result;
        this.problem = problem;
    }

    ScrapeResult result() {
        return result;
    }

    /** What to tell the caller. */
    Problem problem() {
        return problem;
    }
}
