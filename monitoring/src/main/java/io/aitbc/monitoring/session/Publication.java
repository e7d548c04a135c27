package io.aitbc.monitoring.session;

import io.aitbc.service.web.Problem;
import java.util.function.Supplier;

/** How what is to be scraped gets to Prometheus: it asks for it, or it is written into its configuration. */
public interface Publication {

    /**
     * Makes a change of what is to be scraped, in one transaction: the database and, where it is written for Prometheus, Prometheus
     * too have it then, or neither.
     *
     * @return what the change returns
     * @throws Problem when Prometheus does not take it; nothing has changed then
     */
    <T> T change(Supplier<T> change);
}
