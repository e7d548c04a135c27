package io.aitbc.monitoring.recipe;

import io.aitbc.monitoring.target.TargetType;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A recipe as it is written: a type of target, and its KPIs. */
final class RecipeFile {

    /** Instead of a type: the KPIs are every session's. */
    private static final String ALL = "all";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Set<String> TAKEN = Set.of("run_id", "session_id", "from", "to", "status");
    private static final Set<String> KEYS = Set.of("target_type", "kpis");
    private static final Set<String> KPI_KEYS = Set.of("name", "unit", "description", "promql", "total");

    private final String source;
    private final List<String> faults;

    private RecipeFile(String source, List<String> faults) {
        this.source = source;
        this.faults = faults;
    }

    /**
     * Reads one.
     *
     * @param source what it is called, for the faults
     * @param faults where each fault is added, as a sentence
     * @return the KPIs that have none
     */
    static List<Kpi> read(String source, String yaml, List<String> faults) {
        RecipeFile file = new RecipeFile(source, faults);
        return file.tried(() -> file.kpis(yaml)).orElse(List.of());
    }

    private List<Kpi> kpis(String yaml) {
        Object document;
        try {
            document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        } catch (YAMLException e) {
            throw refused("is not valid YAML: " + e.getMessage(), e);
        }
        Map<?, ?> recipe = map(document, KEYS);
        Set<TargetType> types =
                tried(() -> types(text(recipe, "target_type", 16))).orElse(EnumSet.allOf(TargetType.class));
        Map<String, Kpi> kpis = new LinkedHashMap<>();
        if (!(recipe.get("kpis") instanceof List<?> entries) || entries.isEmpty()) {
            throw refused("must have a list 'kpis'", null);
        }
        for (Object entry : entries) {
            tried(() -> kpi(map(entry, KPI_KEYS), types)).ifPresent(kpi -> {
                if (kpis.putIfAbsent(kpi.name(), kpi) != null) {
                    faults.add(source + " has the KPI " + kpi.name() + " twice");
                }
            });
        }
        return List.copyOf(kpis.values());
    }

    private Kpi kpi(Map<?, ?> kpi, Set<TargetType> types) {
        String name = text(kpi, "name", 64);
        if (!NAME.matcher(name).matches()) {
            throw refused("names a KPI '" + name + "'; a name has small letters, digits and '_'", null);
        }
        if (TAKEN.contains(name)) {
            throw refused("names a KPI '" + name + "', which is another column of metrics_summary.csv", null);
        }
        String description = kpi.containsKey("description") ? text(kpi, "description", 500) : "";
        if (kpi.containsKey("total") && !(kpi.get("total") instanceof Boolean)) {
            throw refused("has a 'total' of " + name + " that is not true or false", null);
        }
        return new Kpi(
                name,
                text(kpi, "unit", 32),
                description,
                Boolean.TRUE.equals(kpi.get("total")),
                template(name, text(kpi, "promql", 5_000)),
                types);
    }

    /** It, or nothing and its fault noted: what comes after it is looked at too. */
    private <T> Optional<T> tried(Supplier<T> part) {
        try {
            return Optional.of(part.get());
        } catch (IllegalArgumentException e) {
            faults.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Template template(String name, String promql) {
        try {
            return Template.parse(promql.strip());
        } catch (IllegalArgumentException e) {
            throw refused("has PromQL for " + name + " that cannot be taken: " + e.getMessage(), e);
        }
    }

    private Set<TargetType> types(String type) {
        if (type.equals(ALL)) {
            return EnumSet.allOf(TargetType.class);
        }
        for (TargetType known : TargetType.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(type)) {
                return EnumSet.of(known);
            }
        }
        throw refused("has the target_type '" + type + "'; it must be vllm, qdrant, node, dcgm, custom or all", null);
    }

    private Map<?, ?> map(@Nullable Object value, Set<String> keys) {
        if (!(value instanceof Map<?, ?> map)) {
            throw refused("must have the keys " + keys.stream().sorted().toList(), null);
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String text) || !keys.contains(text)) {
                throw refused(
                        "has the key '" + key + "'; it may have "
                                + keys.stream().sorted().toList(),
                        null);
            }
        }
        return map;
    }

    private String text(Map<?, ?> map, String key, int longest) {
        if (!(map.get(key) instanceof String text) || text.isBlank() || text.length() > longest) {
            throw refused("must have '" + key + "', a text of 1 to " + longest + " characters", null);
        }
        return text;
    }

    private IllegalArgumentException refused(String what, @Nullable Throwable cause) {
        return new IllegalArgumentException(source + " " + what, cause);
    }
}
