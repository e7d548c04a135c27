package io.aitbc.gpu.rules;

import io.aitbc.gpu.rules.InvalidRules.Fault;
import io.aitbc.gpu.rules.XidPolicy.Entry;
import io.aitbc.gpu.rules.XidPolicy.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads rule sets from YAML. */
public final class RuleFile {

    private static final int LARGEST = 256 * 1024;
    private static final int MOST_RULES = 100;

    private RuleFile() {}

    /** The file that comes with the library, as text: a place to start from. */
    public static String standardText() {
        try (InputStream file = Objects.requireNonNull(RuleFile.class.getResourceAsStream("alert-rules.yaml"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RuleSet standard() {
        try {
            return read(standardText());
        } catch (InvalidRules e) {
            throw new IllegalStateException("the library's own rules are broken: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a rule set.
     *
     * @param yaml at most 256 KiB
     * @throws InvalidRules naming every fault with its line; nothing of a faulty file is used
     */
    public static RuleSet read(String yaml) throws InvalidRules {
        List<Fault> faults = new ArrayList<>();
        YamlMap file = YamlMap.of(parse(yaml), faults);
        String version = file.text("version");
        List<AlertRule> rules = new ArrayList<>();
        for (YamlMap rule : file.maps("rules")) {
            AlertRule made = RuleReader.rule(rule, faults);
            if (made != null) {
                rules.add(made);
            }
        }
        if (rules.size() > MOST_RULES) {
            file.fault("rules", "rules must be at most " + MOST_RULES + ", were " + rules.size());
        }
        List<Profile> profiles = file.has("profiles") ? profiles(file, faults) : List.of();
        Map<Integer, Entry> overrides = file.has("xids") ? xids(file) : Map.of();
        file.nothingElse();
        if (faults.isEmpty()) {
            try {
                return new RuleSet(version, rules, profiles, XidCatalog.policy().with(overrides));
            } catch (IllegalArgumentException e) {
                faults.add(new Fault(0, String.valueOf(e.getMessage())));
            }
        }
        faults.sort(Comparator.comparingInt(Fault::line));
        throw new InvalidRules(faults);
    }

    private static @Nullable Node parse(String yaml) throws InvalidRules {
        if (yaml.length() > LARGEST) {
            throw new InvalidRules(List.of(new Fault(0, "a rule file must have at most 262144 characters")));
        }
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(10);
        options.setNestingDepthLimit(10);
        try {
            Node node = new Yaml(options).compose(new StringReader(yaml));
            if (node == null) {
                throw new InvalidRules(List.of(new Fault(0, "the file is empty")));
            }
            return node;
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new InvalidRules(List.of(new Fault(line, "this is not YAML: " + e.getProblem())));
        } catch (YAMLException e) {
            throw new InvalidRules(List.of(new Fault(0, "this is not YAML: " + e.getMessage())));
        }
    }

    private static List<Profile> profiles(YamlMap file, List<Fault> faults) {
        List<Profile> profiles = new ArrayList<>();
        for (YamlMap map : file.maps("profiles")) {
            String name = map.text("name");
            List<String> models = map.texts("models");
            double watts = map.number("board_power_watts", 1);
            Map<String, Double> levels = new HashMap<>();
            if (map.has("levels")) {
                YamlMap given = map.map("levels");
                for (String rule : Set.copyOf(given.keys())) {
                    levels.put(rule, given.number(rule, 0));
                }
            }
            map.nothingElse();
            try {
                profiles.add(new Profile(name, models, watts, levels));
            } catch (IllegalArgumentException e) {
                faults.add(new Fault(map.line(), String.valueOf(e.getMessage())));
            }
        }
        return profiles;
    }

    private static Map<Integer, Entry> xids(YamlMap file) {
        XidPolicy catalog = XidCatalog.policy();
        Map<Integer, Entry> overrides = new HashMap<>();
        for (YamlMap map : file.maps("xids")) {
            int xid = (int) map.whole("xid", 1);
            if (xid < 1 || xid > 100_000) {
                map.fault("xid", "xid must be within 1..100000, was " + xid);
            }
            Action action = map.oneOf("action", Action.values(), Action.NOTIFY);
            if (action == Action.THROTTLE || action == Action.PREEMPT) {
                map.fault("action", "action of an XID must be RECORD, NOTIFY or QUARANTINE, was " + action);
            }
            String reason = map.text("reason");
            Entry known = catalog.find(xid)
                    .orElse(new Entry(xid, "UNKNOWN", "", Action.NOTIFY, Origin.HARDWARE, "not in the catalogue"));
            Origin origin = map.has("origin") ? map.oneOf("origin", Origin.values(), known.origin()) : known.origin();
            map.nothingElse();
            overrides.put(xid, new Entry(xid, known.mnemonic(), known.resolution(), action, origin, reason));
        }
        return overrides;
    }
}
