package io.aitbc.service.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who calls, by the key in {@code Authorization: Bearer KEY} or {@code X-Api-Key: KEY}. */
final class Keys {

    private static final int LONGEST_KEY = 512;

    private final KeyRing ring;
    private final List<Keyless> keyless;

    Keys(KeyRing ring, List<Keyless> keyless) {
        this.ring = ring;
        this.keyless = List.copyOf(keyless);
    }

    /**
     * The caller.
     *
     * @return empty without a key, and with one that nobody has
     */
    Optional<Caller> callerOf(HttpServletRequest request) {
        String key = keyOf(request);
        if (key == null) {
            return keyless.stream()
                    .flatMap(known -> known.callerOf(request).stream())
                    .findFirst();
        }
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            return Optional.empty();
        }
        return ring.holderOf(ApiKeys.sha256(key));
    }

    private static @Nullable String keyOf(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return authorization.substring(7).strip();
        }
        String key = request.getHeader("X-Api-Key");
        // Browsers repeat what a proxy before the service asked them for: that is no key of ours, not a wrong one.
        boolean basic = authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6);
        return key == null && authorization != null && !basic ? "" : key;
    }
}
