package io.aitbc.poolhub.sla;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping({"/sla", "/v1/sla"})
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER, Role.MINER})
class SlaController {

    private static final int MOST_ROWS = 10_000;
    private static final String TYPES = "uptime_pct|response_time_ms|completion_rate_pct|capacity_availability_pct";

    record Status(String status, int activeViolations, int recentMetricsCount, Instant timestamp) {}

    private final SlaReads reads;
    private final Clock clock;

    SlaController(SlaReads reads, Clock clock) {
        this.reads = reads;
        this.clock = clock;
    }

    @Operation(summary = "Measurements of all miners, newest first")
    @GetMapping("/metrics")
    ResponseEntity<List<Metric>> metrics(
            Caller caller,
            @RequestParam(defaultValue = "24") @Min(1) @Max(8760) int hours,
            @RequestParam(name = "metric_type", required = false) @Pattern(regexp = TYPES) @Nullable String metricType,
            @RequestParam(required = false) @Min(1) @Max(MOST_ROWS) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        return list(own(caller, null), metricType, hours, limit, cursor, request);
    }

    @Operation(summary = "Measurements of one miner, newest first")
    @GetMapping("/metrics/{minerId}")
    ResponseEntity<List<Metric>> metricsOf(
            Caller caller,
            @PathVariable String minerId,
            @RequestParam(defaultValue = "24") @Min(1) @Max(8760) int hours,
            @RequestParam(name = "metric_type", required = false) @Pattern(regexp = TYPES) @Nullable String metricType,
            @RequestParam(required = false) @Min(1) @Max(MOST_ROWS) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        String whose = own(caller, minerId);
        if (!reads.minerExists(minerId)) {
            throw Problem.notFound("unknown-miner", "There is no miner " + minerId + " here.");
        }
        return list(whose, metricType, hours, limit, cursor, request);
    }

    private ResponseEntity<List<Metric>> list(
            @Nullable String minerId,
            @Nullable String metricType,
            int hours,
            @Nullable Integer limit,
            @Nullable String cursor,
            HttpServletRequest request) {
        Instant since = clock.instant().minus(Duration.ofHours(hours));
        Page<Metric> page = reads.metrics(minerId, metricType, since, place(cursor), limit == null ? MOST_ROWS : limit);
        return answer(page, metric -> new SlaReads.Place(metric.timestamp(), metric.id()), request);
    }

    @Operation(summary = "Episodes outside a service level, newest first")
    @GetMapping("/violations")
    ResponseEntity<List<Violation>> violations(
            Caller caller,
            @RequestParam(required = false) @Nullable Boolean resolved,
            @RequestParam(name = "miner_id", required = false) @Nullable String minerId,
            @RequestParam(required = false) @Pattern(regexp = "critical|high") @Nullable String severity,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            @RequestParam(required = false) @Min(1) @Max(MOST_ROWS) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        var filter = new SlaReads.EpisodeFilter(resolved, own(caller, minerId), severity, from, to);
        Page<Violation> page = reads.violations(filter, place(cursor), limit == null ? MOST_ROWS : limit);
        return answer(page, episode -> new SlaReads.Place(episode.createdAt(), episode.id()), request);
    }

    @Operation(summary = "healthy, degraded (an open high) or critical (an open critical)")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
    @GetMapping("/status")
    Status status() {
        Instant now = clock.instant();
        SlaReads.Open open = reads.open();
        return new Status(
                open.status(), open.critical() + open.high(), reads.measuredSince(now.minus(Duration.ofHours(1))), now);
    }

    /** A miner's key sees its own rows only. */
    private static @Nullable String own(Caller caller, @Nullable String minerId) {
        if (!caller.is(Role.MINER)) {
            return minerId;
        }
        if (minerId != null && !minerId.equals(caller.subject())) {
            throw Problem.forbidden("not-your-miner", "This key belongs to another miner.");
        }
        return caller.subject();
    }

    private static <T> ResponseEntity<List<T>> answer(
            Page<T> page, Function<T, SlaReads.Place> placeOf, HttpServletRequest request) {
        HttpHeaders headers = new HttpHeaders();
        if (page.next() != null) {
            SlaReads.Place last = placeOf.apply(page.items().get(page.items().size() - 1));
            String cursor = Cursors.encode(last.at().toString(), last.id().toString());
            headers.set(HttpHeaders.LINK, Links.next(request, cursor));
        }
        return new ResponseEntity<>(page.items(), headers, HttpStatus.OK);
    }

    private static SlaReads.Place place(@Nullable String cursor) {
        if (cursor == null) {
            return SlaReads.Place.START;
        }
        List<String> parts = Cursors.decode(cursor, 2);
        return new SlaReads.Place(Cursors.time(parts.get(0)), Cursors.id(parts.get(1)));
    }
}
