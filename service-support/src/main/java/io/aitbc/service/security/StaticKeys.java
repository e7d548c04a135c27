package io.aitbc.service.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.env.Environment;

/** The keys that come from the environment; a variable may hold several, comma-separated, while one is rotated out. */
final class StaticKeys implements KeyDirectory {

    private record Entry(byte[] hash, Caller caller) {}

    private final List<Entry> entries = new ArrayList<>();

    StaticKeys(Map<Role, String> variableByRole, Environment environment) {
        variableByRole.forEach((role, variable) -> {
            for (String secret : environment.getProperty(variable, "").split(",")) {
                if (!secret.isBlank()) {
                    String name = role.name().toLowerCase(Locale.ROOT);
                    entries.add(new Entry(bytes(ApiKeys.sha256(secret.strip())), new Caller(name, role, null)));
                }
            }
        });
    }

    @Override
    public Optional<Caller> find(String sha256Hex) {
        byte[] asked = bytes(sha256Hex);
        Caller found = null;
        // Every entry is compared in constant time: how long it takes tells nothing about the keys.
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, asked)) {
                found = entry.caller;
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] bytes(String hex) {
        return hex.getBytes(StandardCharsets.US_ASCII);
    }
}
