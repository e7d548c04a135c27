package io.aitbc.coordinator.notification;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows a webhook's receiver that a message is ours and fresh: {@code X-Signature: t=<seconds since 1970>,v1=<hex>}, where
 * {@code v1} is the HMAC-SHA256, by the route's secret in UTF-8, over {@code t}, a dot, and the body's bytes.
 */
final class Signature {

    static final String HEADER = "X-Signature";

    private Signature() {}

    static String of(String secret, Instant now, byte[] body) {
        long seconds = now.getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
