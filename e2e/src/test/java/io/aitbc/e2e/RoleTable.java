package io.aitbc.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may do what: {@code roles.txt} as data. */
final class RoleTable {

    /** An operation of a service, such as {@code pool-hub GET /sla/status}. */
    record Operation(String service, String method, String path) {

        /** With its placeholders filled. */
        String at(String id) {
            return path.replaceAll("\\{[^}]*}", id);
        }

        boolean has(String placeholder) {
            return path.contains("{" + placeholder + "}");
        }

        @Override
        public String toString() {
            return service + " " + method + " " + path;
        }
    }

    private RoleTable() {}

    /** The roles of each operation, with the aliases of {@code /sla}. */
    static Map<Operation, Set<String>> read() {
        try (InputStream in = Objects.requireNonNull(RoleTable.class.getResourceAsStream("/roles.txt"))) {
            Map<Operation, Set<String>> table = new LinkedHashMap<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s+"))
                    .forEach(words -> {
                        Set<String> roles = Arrays.stream(words).skip(3).collect(Collectors.toUnmodifiableSet());
                        table.put(new Operation(words[0], words[1], words[2]), roles);
                        if (words[2].startsWith("/sla/")) {
                            table.put(new Operation(words[0], words[1], "/v1" + words[2]), roles);
                        }
                    });
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
