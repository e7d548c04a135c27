package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.remediation.CircuitBreaker.Trip;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/gpus")
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
class GpuController {

    private static final Duration LONGEST = Duration.ofDays(31);

    record Reason(@NotBlank @Size(max = 500) @Nullable String reason) {}

    record Breaker(boolean tripped, double maxPercent, List<Trip> trips) {}

    private final GpuBoard gpus;
    private final GpuActions actions;
    private final GpuSettings settings;
    private final Clock clock;

    GpuController(GpuBoard gpus, GpuActions actions, GpuSettings settings, Clock clock) {
        this.gpus = gpus;
        this.actions = actions;
        this.settings = settings;
        this.clock = clock;
    }

    @Operation(summary = "GPUs of the pool with what they said last, by UUID")
    @GetMapping
    ResponseEntity<List<GpuView>> list(
            @RequestParam(required = false) @Nullable GpuState state,
            @RequestParam(required = false) @Nullable String model,
            @RequestParam(name = "miner", required = false) @Nullable String minerId,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        String after = cursor == null ? "" : Cursors.decode(cursor, 1).get(0);
        List<GpuView> found = gpus.list(state, model, minerId, after, limit + 1);
        List<GpuView> page = found.size() > limit ? found.subList(0, limit) : found;
        HttpHeaders headers = new HttpHeaders();
        if (found.size() > limit) {
            String last = page.get(page.size() - 1).gpu().gpuUuid();
            headers.set(HttpHeaders.LINK, Links.next(request, Cursors.encode(last)));
        }
        return new ResponseEntity<>(page, headers, HttpStatus.OK);
    }

    @Operation(summary = "One GPU")
    @GetMapping("/{gpuUuid}")
    GpuView get(@PathVariable String gpuUuid) {
        return gpus.get(gpuUuid);
    }

    @Operation(summary = "How a GPU is and what is to be expected of it: risk, trends, recommendation")
    @GetMapping("/{gpuUuid}/health")
    GpuOutlook.Health health(@PathVariable String gpuUuid) {
        return gpus.health(gpuUuid);
    }

    @Operation(summary = "What a GPU said; the last hour unless told otherwise, at most 10,000 samples, the latest")
    @GetMapping("/{gpuUuid}/samples")
    List<Map<String, Object>> samples(
            @PathVariable String gpuUuid,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to) {
        Instant end = to == null ? clock.instant().plusSeconds(1) : to;
        Instant start = from == null ? end.minus(Duration.ofHours(1)) : from;
        if (start.isAfter(end) || start.plus(LONGEST).isBefore(end)) {
            throw Problem.unprocessable("invalid-request", "from must be before to, by at most 31 days.");
        }
        return gpus.samples(gpuUuid, start, end, 10_000).stream()
                .map(GpuView::shown)
                .toList();
    }

    @Operation(summary = "Every step of a GPU with its cause, the latest first")
    @GetMapping("/{gpuUuid}/transitions")
    List<Transition> transitions(
            @PathVariable String gpuUuid, @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        return gpus.transitions(gpuUuid, limit);
    }

    @Operation(summary = "Take a GPU out of use until it is released")
    @Allowed(Role.OPERATOR)
    @PostMapping("/{gpuUuid}/quarantine")
    Gpu quarantine(Caller caller, @PathVariable String gpuUuid, @Valid @RequestBody Reason why) {
        Gpu gpu = actions.quarantine(caller, gpuUuid, Objects.requireNonNull(why.reason()));
        actions.shown(gpu);
        return gpu;
    }

    @Operation(summary = "Put a GPU back to work; what is open about it asks for nothing any more")
    @Allowed(Role.OPERATOR)
    @PostMapping("/{gpuUuid}/release")
    Gpu release(Caller caller, @PathVariable String gpuUuid, @Valid @RequestBody Reason why) {
        Gpu gpu = actions.release(caller, gpuUuid, Objects.requireNonNull(why.reason()));
        actions.shown(gpu);
        return gpu;
    }

    @Operation(summary = "What the circuit breaker holds up")
    @GetMapping("/breaker")
    Breaker breaker() {
        List<Trip> trips = gpus.trips();
        return new Breaker(!trips.isEmpty(), settings.quarantineMaxPct(), trips);
    }

    @Operation(summary = "Let the quarantines go that the breaker holds up: its count begins again")
    @Allowed(Role.OPERATOR)
    @PostMapping("/breaker/reset")
    Breaker reset(Caller caller) {
        actions.resetBreaker(caller);
        return breaker();
    }
}
