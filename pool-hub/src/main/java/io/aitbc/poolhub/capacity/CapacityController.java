package io.aitbc.poolhub.capacity;

import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacityPlan;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.capacity.PlanningSettings;
import io.aitbc.forecasting.Settings;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping({"/sla/capacity", "/v1/sla/capacity"})
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
class CapacityController {

    /** A week at five minutes; there is a link to the rest. */
    private static final int MOST_ROWS = 2_016;

    private static final int MOST_EPISODES = 100;
    private static final UUID LAST_ID = new UUID(-1, -1);

    /** What holds now. */
    record Configuration(
            String status,
            double thresholdPct,
            @Nullable String notificationEmail,
            @Nullable Instant updatedAt) {

        static Configuration of(AlertSettings.Configured configured) {
            return new Configuration(
                    configured.updatedAt() == null ? "default" : "configured",
                    configured.thresholdPct(),
                    configured.notificationEmail(),
                    configured.updatedAt());
        }
    }

    record Alerts(Configuration configuration, List<AlertEpisode> episodes) {}

    private final SnapshotBook book;
    private final PlanSource plans;
    private final AlertSettings alerts;
    private final AlertEpisodes episodes;
    private final PlanningSettings settings;
    private final Clock clock;

    CapacityController(
            SnapshotBook book,
            PlanSource plans,
            AlertSettings alerts,
            AlertEpisodes episodes,
            PlanningSettings settings,
            Clock clock) {
        this.book = book;
        this.plans = plans;
        this.alerts = alerts;
        this.episodes = episodes;
        this.settings = settings;
        this.clock = clock;
    }

    @Operation(summary = "The pool at each moment that it was counted, newest first")
    @GetMapping("/snapshots")
    ResponseEntity<List<CapacitySnapshot>> snapshots(
            @RequestParam(defaultValue = "24") @Min(1) @Max(8760) int hours,
            @RequestParam(required = false) @Min(1) @Max(MOST_ROWS) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Instant now = clock.instant();
        int most = limit == null ? MOST_ROWS : limit;
        Instant before = now.plus(Duration.ofDays(1));
        UUID beforeId = LAST_ID;
        if (cursor != null) {
            List<String> parts = Cursors.decode(cursor, 2);
            before = Cursors.time(parts.get(0));
            beforeId = Cursors.id(parts.get(1));
        }
        List<CapacitySnapshot> found = book.list(now.minus(Duration.ofHours(hours)), before, beforeId, most + 1);
        if (found.size() <= most) {
            return ResponseEntity.ok(found);
        }
        CapacitySnapshot last = found.get(most - 1);
        HttpHeaders headers = new HttpHeaders();
        headers.set(
                HttpHeaders.LINK,
                Links.next(
                        request,
                        Cursors.encode(last.timestamp().toString(), last.id().toString())));
        return new ResponseEntity<>(found.subList(0, most), headers, HttpStatus.OK);
    }

    @Operation(summary = "Demand ahead, with intervals that held in the model's own past")
    @GetMapping("/forecast")
    CapacityForecast forecast(
            @RequestParam(name = "hours_ahead", required = false) @Min(1) @Max(Settings.LONGEST_HORIZON) @Nullable
                    Integer hoursAhead,
            @RequestParam(name = "gpu_class", required = false) @Pattern(regexp = "[^\\p{Cntrl}]{1,128}") @Nullable
                    String gpuClass) {
        return plans.forecast(hoursAhead == null ? settings.forecastHours() : hoursAhead, gpuClass);
    }

    @Operation(summary = "What to do about capacity, by class of GPUs, and how often such advice was right")
    @GetMapping("/recommendations")
    CapacityPlan recommendations() {
        return plans.plan();
    }

    @Operation(summary = "Be told when demand reaches a share of capacity, once per episode")
    @Allowed({Role.OPERATOR, Role.SERVICE})
    @PostMapping("/alerts/configure")
    Configuration configure(Caller caller, @Valid @RequestBody AlertSettings.Wanted wanted) {
        return Configuration.of(alerts.configure(caller, wanted));
    }

    @Operation(summary = "When somebody is told, and the times when demand was that high")
    @GetMapping("/alerts")
    Alerts alerts() {
        return new Alerts(Configuration.of(alerts.current()), episodes.latest(MOST_EPISODES));
    }
}
