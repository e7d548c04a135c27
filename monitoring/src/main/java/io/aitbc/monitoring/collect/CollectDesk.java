package io.aitbc.monitoring.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.monitoring.recipe.Kpi;
import io.aitbc.monitoring.recipe.Recipes;
import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.session.Sessions;
import io.aitbc.monitoring.target.Target;
import io.aitbc.monitoring.target.TargetType;
import io.aitbc.monitoring.target.Targets;
import io.aitbc.service.web.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes a run of a request, or says what is wrong with the request. */
@Component
class CollectDesk {

    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Duration FURTHEST = Duration.ofHours(24);

    private final Sessions sessions;
    private final Targets targets;
    private final Recipes recipes;
    private final ArtifactsFolder folder;
    private final CollectSettings settings;
    private final Clock clock;

    CollectDesk(
            Sessions sessions,
            Targets targets,
            Recipes recipes,
            ArtifactsFolder folder,
            CollectSettings settings,
            Clock clock) {
        this.sessions = sessions;
        this.targets = targets;
        this.recipes = recipes;
        this.folder = folder;
        this.settings = settings;
        this.clock = clock;
    }

    /** The run that it asks for. */
    Run plan(String sessionId, CollectRequest request) {
        Session session = sessions.require(sessionId);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant start = request.startTime().truncatedTo(ChronoUnit.MILLIS);
        Instant end = request.endTime().truncatedTo(ChronoUnit.MILLIS);
        checkWindow(start, end, now);
        List<Target> due = targets.during(sessionId, start, end).stream()
                .filter(target -> target.isDueIn(start, end))
                .toList();
        // Of a window before all of them those that came later say what is asked for, and that there is none of it.
        List<Target> all = due.isEmpty() ? targets.of(sessionId) : due;
        List<TargetType> types =
                all.stream().map(Target::type).distinct().sorted().toList();
        Plan plan = new Plan(kpis(request.kpis(), types), types, thresholds(request.thresholds()));
        for (String name : plan.thresholds().keySet()) {
            if (!plan.kpis().contains(name)) {
                throw invalid(
                        "thresholds has '" + name + "', which is none of the KPIs of this run: " + plan.kpis() + ".");
            }
        }
        Duration interval = all.stream()
                .map(Target::scrapeInterval)
                .max(Duration::compareTo)
                .orElse(session.scrapeInterval());
        Instant dueAt = end.plus(interval).plusSeconds(settings.slackSeconds());
        return new Run(
                UuidCreator.getTimeOrderedEpoch(),
                sessionId,
                start,
                end,
                folder.relative(request.outputDir(), sessionId),
                plan,
                RunState.SETTLING,
                null,
                null,
                now,
                dueAt.isBefore(now) ? now : dueAt,
                null,
                null,
                0,
                null);
    }

    /** Two requests of one checksum ask for the same. */
    String checksum(Run run, ObjectMapper json) {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("start", run.start().toString());
        asked.put("end", run.end().toString());
        asked.put("dir", run.outputDir());
        asked.put("kpis", run.plan().kpis().stream().sorted().toList());
        asked.put("thresholds", run.plan().thresholds());
        try {
            byte[] text = json.writeValueAsString(asked).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a request has no checksum", e);
        }
    }

    private static void checkWindow(Instant start, Instant end, Instant now) {
        if (start.isBefore(Instant.EPOCH)) {
            throw invalid("start_time must be of the year 1970 or later.");
        }
        if (!start.isBefore(end)) {
            throw invalid("start_time must be before end_time, by a millisecond at least.");
        }
        if (start.isBefore(end.minus(LONGEST))) {
            throw invalid("A window has at most " + LONGEST.toDays() + " days.");
        }
        if (end.isAfter(now.plus(FURTHEST))) {
            throw invalid("end_time must be over, or within the next 24 hours.");
        }
    }

    private List<String> kpis(@Nullable List<String> asked, List<TargetType> types) {
        if (asked == null || asked.isEmpty()) {
            List<String> all = recipes.of(types).stream().map(Kpi::name).toList();
            if (all.isEmpty()) {
                throw Problem.unprocessable(
                        "no-kpis",
                        "The session has no targets in this window, so there are no KPIs: register targets, or name KPIs in"
                                + " kpis.");
            }
            return all;
        }
        List<String> unknown = new ArrayList<>();
        for (String name : asked) {
            if (recipes.named(name, types).isEmpty()) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw invalid("kpis has " + unknown + ", which no recipe has; GET /api/v1/kpis lists all.");
        }
        return List.copyOf(new LinkedHashSet<>(asked));
    }

    private static Map<String, Bounds> thresholds(@Nullable Map<String, Bounds> asked) {
        Map<String, Bounds> bounds = new TreeMap<>(Objects.requireNonNullElse(asked, Map.of()));
        bounds.forEach((name, bound) -> {
            if (bound.min() == null && bound.max() == null) {
                throw invalid("thresholds." + name + " must have min or max.");
            }
            if (bound.min() != null && bound.max() != null && bound.min() > bound.max()) {
                throw invalid("thresholds." + name + " has a min above its max.");
            }
        });
        return bounds;
    }

    private static Problem invalid(String sentence) {
        return Problem.unprocessable("invalid-request", sentence);
    }
}
