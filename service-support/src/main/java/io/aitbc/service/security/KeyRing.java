package io.aitbc.service.security;

import java.util.List;
import java.util.Optional;

/** All keys that are valid now, wherever they are kept. For features that know a key's digest instead of a request. */
public final class KeyRing {

    private final List<KeyDirectory> directories;

    KeyRing(List<KeyDirectory> directories) {
        this.directories = List.copyOf(directories);
    }

    /**
     * The holder of a key.
     *
     * @param sha256Hex as {@link ApiKeys#sha256} gives it
     * @return empty when no such key is valid now
     */
    public Optional<Caller> holderOf(String sha256Hex) {
        for (KeyDirectory directory : directories) {
            Optional<Caller> caller = directory.find(sha256Hex);
            if (caller.isPresent()) {
                return caller;
            }
        }
        return Optional.empty();
    }
}
