package io.aitbc.monitoring.recipe;

import io.aitbc.monitoring.target.TargetType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/** The KPIs of each type of target: those that come with the service, then the user's own. */
@Component
public class Recipes {

    private static final List<String> OURS =
            List.of("vllm.yml", "qdrant.yml", "custom.yml", "node.yml", "dcgm.yml", "all.yml");
    /** What a session serves comes first, what it runs on after that. */
    private static final List<TargetType> ORDER =
            List.of(TargetType.VLLM, TargetType.QDRANT, TargetType.CUSTOM, TargetType.NODE, TargetType.DCGM);

    /** In the order of the types; of two KPIs of one name and type, the user's. */
    private final Map<TargetType, Map<String, Kpi>> byType = new LinkedHashMap<>();

    Recipes(RecipeSettings settings) {
        for (TargetType type : TargetType.values()) {
            byType.put(type, new LinkedHashMap<>());
        }
        for (String name : OURS) {
            List<String> faults = new ArrayList<>();
            add(RecipeFile.read(name, ours(name), faults));
            if (!faults.isEmpty()) {
                throw new IllegalStateException(String.join("; ", faults));
            }
        }
        add(RecipeFolder.read(settings.dir()));
    }

    /**
     * The KPIs of a session that has targets of these types. Where several types have a KPI of one name, it is the first type's, and
     * those of the others are called after their types too, such as {@code qdrant_throughput_qps}; where all mean the same, there is
     * one.
     */
    public List<Kpi> of(Collection<TargetType> types) {
        Map<String, Kpi> kpis = new LinkedHashMap<>();
        for (TargetType type : ORDER.stream().filter(types::contains).toList()) {
            for (Kpi kpi : byType.getOrDefault(type, Map.of()).values()) {
                Kpi known = kpis.putIfAbsent(kpi.name(), kpi);
                if (known != null && known.template().equals(kpi.template())) {
                    kpis.put(kpi.name(), known.alsoOf(kpi.types()));
                } else if (known != null) {
                    String other = type.name().toLowerCase(Locale.ROOT) + "_" + kpi.name();
                    kpis.put(other, kpi.called(other));
                }
            }
        }
        return List.copyOf(kpis.values());
    }

    /** The KPI of that name in such a session, or else of any type. */
    public Optional<Kpi> named(String name, Collection<TargetType> types) {
        return Stream.concat(of(types).stream(), of(EnumSet.allOf(TargetType.class)).stream())
                .filter(kpi -> kpi.name().equals(name))
                .findFirst();
    }

    private void add(List<Kpi> kpis) {
        for (Kpi kpi : kpis) {
            kpi.types()
                    .forEach(type ->
                            byType.getOrDefault(type, new LinkedHashMap<>()).put(kpi.name(), kpi));
        }
    }

    private static String ours(String name) {
        try (InputStream in = new ClassPathResource("recipes/" + name).getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
