package io.aitbc.gpu.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that decides about alerts, under one version. Immutable. */
public final class RuleSet {

    /**
     * The rules as they hold for one model.
     *
     * @param profile name of the profile; null for an unknown model
     * @param boardPowerWatts rated power; NaN for an unknown model
     */
    public record ForModel(@Nullable String profile, double boardPowerWatts, List<AlertRule> rules) {}

    private final String version;
    private final List<AlertRule> rules;
    private final List<Profile> profiles;
    private final XidPolicy xids;
    private final ConcurrentMap<String, ForModel> byModel = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException when two rules share a name, or a profile sets a level that no rule has */
    public RuleSet(String version, List<AlertRule> rules, List<Profile> profiles, XidPolicy xids) {
        this.version = version;
        this.rules = List.copyOf(rules);
        this.profiles = List.copyOf(profiles);
        this.xids = xids;
        Set<String> names = new HashSet<>();
        for (AlertRule rule : rules) {
            if (!names.add(rule.name())) {
                throw new IllegalArgumentException("two rules are named " + rule.name());
            }
        }
        Set<String> levels = rules.stream()
                .filter(rule -> rule.when() instanceof Condition.Level)
                .map(AlertRule::name)
                .collect(Collectors.toSet());
        for (Profile profile : profiles) {
            for (String name : profile.levels().keySet()) {
                if (!levels.contains(name)) {
                    throw new IllegalArgumentException(
                            "profile " + profile.name() + " sets a level of " + name + ", which no rule has");
                }
            }
        }
    }

    /** The rules that come with the library. */
    public static RuleSet standard() {
        return RuleFile.standard();
    }

    /** What the operator calls this set. */
    public String version() {
        return version;
    }

    public List<AlertRule> rules() {
        return rules;
    }

    public List<Profile> profiles() {
        return profiles;
    }

    public XidPolicy xids() {
        return xids;
    }

    /** The rule of a name. */
    public Optional<AlertRule> rule(String name) {
        return rules.stream().filter(rule -> rule.name().equals(name)).findFirst();
    }

    /** The rules as they hold for a product name; null when it is not known. */
    public ForModel forModel(@Nullable String productName) {
        String name = productName == null ? "" : productName;
        ForModel known = byModel.get(name);
        if (known != null) {
            return known;
        }
        ForModel made = make(name);
        // Product names come from miners, who must not be able to fill the memory with them.
        if (byModel.size() < 1_000) {
            byModel.put(name, made);
        }
        return made;
    }

    private ForModel make(String name) {
        Profile best = null;
        int longest = 0;
        for (Profile profile : profiles) {
            int fits = profile.fits(name);
            if (fits > longest) {
                longest = fits;
                best = profile;
            }
        }
        if (best == null) {
            return new ForModel(null, Double.NaN, rules);
        }
        Profile profile = best;
        List<AlertRule> adapted = rules.stream()
                .map(rule -> {
                    Double level = profile.levels().get(rule.name());
                    return level == null ? rule : rule.at(level);
                })
                .toList();
        return new ForModel(profile.name(), profile.boardPowerWatts(), adapted);
    }
}
