package io.aitbc.coordinator.job;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where tenants' jobs are placed, and who we are there.
 *
 * @param url POOLHUB_URL: the pool-hub
 * @param serviceKey POOLHUB_SERVICE_KEY: its key for the role of a service; of several, comma-separated, the first
 */
@ConfigurationProperties("coordinator.hub")
record HubSettings(URI url, String serviceKey) {

    HubSettings {
        String scheme = url.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme) || url.getHost() == null) {
            throw new IllegalArgumentException("POOLHUB_URL must be like http://localhost:8210, was " + url);
        }
        serviceKey = serviceKey.split(",", 2)[0].strip();
        if (serviceKey.isEmpty()) {
            throw new IllegalArgumentException("POOLHUB_SERVICE_KEY must be set to the service key of the pool-hub");
        }
    }

    URI at(String path) {
        return URI.create(url.toString().replaceAll("/+$", "") + path);
    }

    @Override
    public String toString() {
        return "HubSettings[" + url + "]";
    }
}
