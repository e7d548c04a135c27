package io.aitbc.poolhub.match;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** How much each part of a score weighs; all are 0..1 and together 1. */
@ConfigurationProperties("match")
record MatchSettings(
        double weightCapability, double weightPrice, double weightLatency, double weightTrust, double weightLoad) {

    MatchSettings {
        require("POOLHUB_MATCH_WEIGHT_CAPABILITY", weightCapability);
        require("POOLHUB_MATCH_WEIGHT_PRICE", weightPrice);
        require("POOLHUB_MATCH_WEIGHT_LATENCY", weightLatency);
        require("POOLHUB_MATCH_WEIGHT_TRUST", weightTrust);
        require("POOLHUB_MATCH_WEIGHT_LOAD", weightLoad);
        double sum = weightCapability + weightPrice + weightLatency + weightTrust + weightLoad;
        if (Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException(
                    "POOLHUB_MATCH_WEIGHT_CAPABILITY, _PRICE, _LATENCY, _TRUST and _LOAD must add up to 1, were "
                            + sum);
        }
    }

    private static void require(String name, double weight) {
        if (!(weight >= 0 && weight <= 1)) {
            throw new IllegalArgumentException(name + " must be within 0..1, was " + weight);
        }
    }
}
