package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.health.Replay;
import io.aitbc.gpu.health.XidEvent;
import io.aitbc.gpu.rules.InvalidRules;
import io.aitbc.gpu.rules.RuleFile;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.poolhub.telemetry.SampleRows;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/alert-rules")
@Allowed(Role.OPERATOR)
class AlertRuleController {

    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** One rule, in short. */
    record Rule(String name, String action, String severity, long forSeconds, boolean shadow) {}

    /**
     * The rules in force.
     *
     * @param yaml the whole text, to be edited and put back
     */
    record Rules(String version, List<Rule> rules, String yaml) {
        static Rules of(RuleSet set, String yaml) {
            return new Rules(
                    set.version(),
                    set.rules().stream()
                            .map(rule -> new Rule(
                                    rule.name(),
                                    rule.action().name(),
                                    rule.severity().name(),
                                    rule.holds().toSeconds(),
                                    rule.shadow()))
                            .toList(),
                    yaml);
        }
    }

    record Replayed(Instant from, Instant to, long samples, String version, List<Replay.Touched> touched) {}

    private final RuleSets sets;
    private final SampleRows samples;
    private final AuditLog audit;
    private final TransactionTemplate transactions;
    private final Clock clock;

    AlertRuleController(
            RuleSets sets, SampleRows samples, AuditLog audit, TransactionTemplate transactions, Clock clock) {
        this.sets = sets;
        this.samples = samples;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Operation(summary = "The alert rules in force")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
    @GetMapping
    Rules get() {
        sets.refresh();
        return Rules.of(sets.book().current(), sets.text());
    }

    @Operation(summary = "Put other alert rules in force (YAML); a file with a fault changes nothing")
    @PutMapping
    Rules put(Caller caller, @RequestBody String yaml) {
        RuleSet stored = Objects.requireNonNull(transactions.execute(status -> {
            RuleSet read = read(yaml);
            String before = sets.book().current().version();
            try {
                sets.store(yaml, caller.name(), clock.instant());
            } catch (InvalidRules e) {
                throw new IllegalStateException(e);
            }
            audit.record(
                    caller,
                    "gpu.rules.replace",
                    "alert-rules",
                    Map.of("version", before),
                    Map.of("version", read.version()));
            return read;
        }));
        sets.refresh();
        return Rules.of(stored, yaml);
    }

    @Operation(
            summary = "Which GPUs rules would have touched; the rules in force when the body is empty. Nothing is done")
    @PostMapping("/replay")
    Replayed replay(
            @RequestParam(defaultValue = "7") @Min(1) @Max(31) int days,
            @RequestBody(required = false) @Nullable String yaml) {
        RuleSet rules = yaml == null || yaml.isBlank() ? sets.book().current() : read(yaml);
        Instant to = clock.instant();
        Instant from = to.minus(Duration.ofDays(days));
        Replay replay = new Replay(rules, INTERVAL);
        transactions.executeWithoutResult(status -> {
            Map<String, Deque<XidEvent>> xids = new HashMap<>();
            samples.xidsSince(from, samples.horizon())
                    .forEach(told -> xids.computeIfAbsent(told.event().gpuUuid(), uuid -> new ArrayDeque<>())
                            .add(told.event()));
            samples.between(from, to, told -> {
                Deque<XidEvent> waiting =
                        xids.getOrDefault(told.sample().device().uuid(), new ArrayDeque<>());
                while (!waiting.isEmpty()
                        && !waiting.getFirst().at().isAfter(told.sample().at())) {
                    replay.take(waiting.removeFirst());
                }
                replay.take(told.sample());
            });
        });
        return new Replayed(from, to, replay.samples(), rules.version(), replay.touched());
    }

    private static RuleSet read(String yaml) {
        try {
            return RuleFile.read(yaml);
        } catch (InvalidRules e) {
            throw Problem.unprocessable("invalid-rules", "These rules are not put in force: " + e.getMessage() + ".");
        }
    }
}
