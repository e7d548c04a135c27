package io.aitbc.agent.storage;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The secret key of each miner that lives here. A miner chooses its own key, so it must be on disk before the hub hears
 * of it: after a crash between the two, the next start registers with the same key and nothing is lost.
 */
public final class MinerKeys {

    private static final String FILE = "keys.json";
    private static final int BYTES = 32;

    private final DataFolder folder;
    private final Map<String, String> keys;

    /** The file: miner id to key. */
    private record Kept(Map<String, String> keys) {}

    private MinerKeys(DataFolder folder, Map<String, String> keys) {
        this.folder = folder;
        this.keys = keys;
    }

    public static MinerKeys in(DataFolder folder) {
        return new MinerKeys(
                folder,
                folder.read(FILE, Kept.class)
                        .map(kept -> new TreeMap<>(kept.keys()))
                        .orElseGet(TreeMap::new));
    }

    /** The keys of these miners, made and written down first where there are none yet. */
    public Map<String, String> of(Collection<String> minerIds) {
        SecureRandom random = new SecureRandom();
        boolean made = false;
        for (String id : minerIds) {
            if (!keys.containsKey(id)) {
                byte[] secret = new byte[BYTES];
                random.nextBytes(secret);
                keys.put(id, "miner_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
                made = true;
            }
        }
        if (made) {
            folder.write(FILE, new Kept(keys));
        }
        return Map.copyOf(keys);
    }
}
