package io.aitbc.poolhub.miner;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Open;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/miners")
@Allowed(Role.OPERATOR)
class MinerController {

    record Registration(
            String minerId, Enrollment status, @Nullable String apiKey, int nextHeartbeatSeconds) {}

    record MaintenanceRequest(
            @NotNull @Nullable Instant start,
            @NotNull @Nullable Instant end,
            @NotNull @Size(min = 1, max = 500) @Nullable String reason) {}

    record MaintenanceAnswer(UUID id, String minerId, Instant start, Instant end, String reason, String actor) {}

    record Removal(String minerId, Enrollment status) {}

    private final Registry registry;
    private final MinerFacade facade;
    private final MinerSettings settings;
    private final Clock clock;

    MinerController(Registry registry, MinerFacade facade, MinerSettings settings, Clock clock) {
        this.registry = registry;
        this.facade = facade;
        this.settings = settings;
        this.clock = clock;
    }

    @Operation(summary = "Register a miner, or change what a registered one says of itself")
    @Open
    @PostMapping("/register")
    ResponseEntity<Registration> register(
            @Nullable Caller caller, @Valid @RequestBody RegisterRequest request, HttpServletRequest call) {
        String minerId = Objects.requireNonNull(request.minerId());
        Registry.Registered done = registry.register(caller, presentedKeyHash(call), minerId, request);
        facade.changed(minerId, done.keyHash(), request.apiKey());
        return ResponseEntity.status(done.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(new Registration(minerId, done.status(), done.apiKey(), settings.heartbeatIntervalSeconds()));
    }

    @Operation(summary = "Miners of the pool, by id")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
    @GetMapping
    ResponseEntity<List<MinerView>> list(
            @RequestParam(required = false) @Nullable MinerState state,
            @RequestParam(required = false) @Nullable String region,
            @RequestParam(required = false) @Nullable String gpu,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        String after = cursor == null ? "" : Cursors.decode(cursor, 1).get(0);
        Page<MinerView> page = facade.list(new MinerViews.Filter(state, region, gpu), after, limit);
        HttpHeaders headers = new HttpHeaders();
        if (page.next() != null) {
            headers.set(HttpHeaders.LINK, Links.next(request, Cursors.encode(page.next())));
        }
        return new ResponseEntity<>(page.items(), headers, HttpStatus.OK);
    }

    @Operation(summary = "One miner; a miner's own key reads only itself")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER, Role.MINER})
    @GetMapping("/{minerId}")
    MinerView get(Caller caller, @PathVariable String minerId) {
        ownOnly(caller, minerId);
        return facade.get(minerId);
    }

    @Operation(summary = "State intervals: when the miner was up, down, in maintenance or unknown")
    @Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER, Role.MINER})
    @GetMapping("/{minerId}/intervals")
    List<StateInterval> intervals(
            Caller caller,
            @PathVariable String minerId,
            @RequestParam(defaultValue = "24") @Min(1) @Max(9600) int hours) {
        ownOnly(caller, minerId);
        Instant now = clock.instant();
        return facade.intervals(minerId, now.minus(Duration.ofHours(hours)), now);
    }

    @Operation(summary = "Change what is said of a miner; what the body leaves out stays")
    @PatchMapping("/{minerId}")
    MinerView change(Caller caller, @PathVariable String minerId, @Valid @RequestBody MinerDescription said) {
        registry.change(caller, minerId, said);
        facade.changed(minerId);
        return facade.get(minerId);
    }

    @Operation(summary = "Let a waiting miner in")
    @PostMapping("/{minerId}/approve")
    MinerView approve(Caller caller, @PathVariable String minerId) {
        registry.approve(caller, minerId);
        facade.changed(minerId);
        return facade.get(minerId);
    }

    @Operation(summary = "Remove a miner; while it works it drains first (202)")
    @DeleteMapping("/{minerId}")
    ResponseEntity<Removal> remove(Caller caller, @PathVariable String minerId) {
        Enrollment now = registry.remove(caller, minerId);
        facade.removed(minerId);
        return ResponseEntity.status(now == Enrollment.REMOVED ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(new Removal(minerId, now));
    }

    @Operation(summary = "Enter agreed downtime, ahead or afterwards; afterwards it excuses violations")
    @PostMapping("/{minerId}/maintenance")
    ResponseEntity<MaintenanceAnswer> maintain(
            Caller caller, @PathVariable String minerId, @Valid @RequestBody MaintenanceRequest request) {
        Instant start = Objects.requireNonNull(request.start());
        Instant end = Objects.requireNonNull(request.end());
        String reason = Objects.requireNonNull(request.reason());
        UUID id = facade.maintain(caller, minerId, start, end, reason);
        return ResponseEntity.status(HttpStatus.CREATED)
                .body(new MaintenanceAnswer(id, minerId, start, end, reason, caller.name()));
    }

    @Operation(summary = "Take back agreed downtime that lies ahead; what lasts ends now, what is over stays (409)")
    @DeleteMapping("/{minerId}/maintenance/{maintenanceId}")
    ResponseEntity<Void> withdraw(Caller caller, @PathVariable String minerId, @PathVariable UUID maintenanceId) {
        facade.withdraw(caller, minerId, maintenanceId);
        return ResponseEntity.noContent().build();
    }

    /** The key of a removed miner makes nobody a caller, but tells that the miner itself wants to come back. */
    private static @Nullable String presentedKeyHash(HttpServletRequest call) {
        String bearer = call.getHeader(HttpHeaders.AUTHORIZATION);
        String key = bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)
                ? bearer.substring(7).strip()
                : call.getHeader("X-Api-Key");
        return key == null ? null : ApiKeys.sha256(key);
    }

    private static void ownOnly(Caller caller, String minerId) {
        if (caller.is(Role.MINER) && !minerId.equals(caller.subject())) {
            throw Problem.forbidden("not-your-miner", "This key belongs to another miner.");
        }
    }
}
