package io.aitbc.monitoring.prometheus;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;

/** Clients for tests that run without the service around. */
public final class PrometheusClients {

    private PrometheusClients() {}

    /** One that gives up after twenty seconds: while other tests write to the disk a reload takes its time. */
    public static PrometheusClient at(String url) {
        return new PrometheusClient(new PrometheusSettings(URI.create(url), 20), new ObjectMapper());
    }
}
