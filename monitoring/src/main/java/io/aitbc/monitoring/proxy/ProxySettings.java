package io.aitbc.monitoring.proxy;

import java.net.URI;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The metrics proxy.
 *
 * @param maxBytes EXPORTER_MAX_BYTES: the most bytes of one answer; 1 KiB..1 GiB
 * @param concurrency EXPORTER_CONCURRENCY: how many scrapes at a time; 1..150, so that threads are left for everything else
 * @param serverApiUrl SERVER_API_URL: where unregistered jobs are looked for; empty: nowhere
 */
@ConfigurationProperties("monitoring.proxy")
record ProxySettings(long maxBytes, int concurrency, String serverApiUrl) {

    ProxySettings {
        if (maxBytes < 1 << 10 || maxBytes > 1 << 30) {
            throw new IllegalArgumentException("EXPORTER_MAX_BYTES must be within 1024..1073741824, was " + maxBytes);
        }
        if (concurrency < 1 || concurrency > 150) {
            throw new IllegalArgumentException("EXPORTER_CONCURRENCY must be within 1..150, was " + concurrency);
        }
        serverApiUrl = serverApiUrl.strip().replaceFirst("/+$", "");
        if (!serverApiUrl.isEmpty()) {
            String fault = ExporterUrl.faultOf(serverApiUrl);
            if (fault != null) {
                throw new IllegalArgumentException("SERVER_API_URL " + fault);
            }
        }
    }

    /** Where a job is looked for that nobody registered. */
    Optional<URI> elsewhere(String service, String jobId) {
        return serverApiUrl.isEmpty()
                ? Optional.empty()
                : Optional.of(URI.create(serverApiUrl + "/metrics/" + service + "/" + jobId));
    }
}
