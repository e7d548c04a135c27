package io.aitbc.poolhub.coordinator;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the coordinator is, and who we are to it.
 *
 * @param apiKey the key that is sent; of several, as while keys are exchanged, the first
 * @param poolId names this pool as the source of what it sends
 */
@ConfigurationProperties("coordinator")
public record CoordinatorSettings(URI billingUrl, String apiKey, String poolId) {

    public CoordinatorSettings {
        String scheme = billingUrl.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme) || billingUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "COORDINATOR_BILLING_URL must be like http://localhost:8011, was " + billingUrl);
        }
        apiKey = apiKey.split(",", 2)[0].strip();
        if (apiKey.isBlank()) {
            throw new IllegalArgumentException("COORDINATOR_API_KEY must be set to the service key of the coordinator");
        }
        if (!poolId.matches("[A-Za-z0-9._:-]{1,64}")) {
            throw new IllegalArgumentException("POOL_ID must be 1 to 64 of letters, digits and . _ : -, was " + poolId);
        }
    }

    URI at(String path) {
        return URI.create(billingUrl.toString().replaceAll("/+$", "") + path);
    }

    @Override
    public String toString() {
        return "CoordinatorSettings[" + billingUrl + ", " + poolId + "]";
    }
}
