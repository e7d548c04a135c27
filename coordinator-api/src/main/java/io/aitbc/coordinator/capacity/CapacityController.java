package io.aitbc.coordinator.capacity;

import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacityPlan;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.PlanningSettings;
import io.aitbc.capacity.Scope;
import io.aitbc.capacity.SnapshotRow;
import io.aitbc.forecasting.Settings;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Capacity of all pools, or of one. */
@RestController
@RequestMapping("/api/capacity")
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
class CapacityController {

    private static final String POOL = "[A-Za-z0-9._:-]{1,64}";
    private static final String CLASS = "[^\\p{Cntrl}]{1,128}";

    /** What a pool says of itself; a snapshot that came before changes nothing. */
    record Said(
            @NotNull @Pattern(regexp = POOL) @Nullable String poolId,

            @NotNull @Size(max = 1_000) @Nullable List<@NotNull SnapshotRow> snapshots) {}

    private final SnapshotIntake intake;
    private final Planner planner;
    private final PlanningSettings settings;
    private final Clock clock;

    CapacityController(SnapshotIntake intake, Planner planner, PlanningSettings settings, Clock clock) {
        this.intake = intake;
        this.planner = planner;
        this.settings = settings;
        this.clock = clock;
    }

    @PostMapping("/snapshots")
    @Allowed(Role.SERVICE)
    @Operation(summary = "Take snapshots of a pool; known ones change nothing")
    SnapshotIntake.Report take(Caller caller, @Valid @RequestBody Said said) {
        String poolId = said.poolId() == null ? "" : said.poolId();
        return intake.take(caller, poolId, said.snapshots() == null ? List.of() : said.snapshots());
    }

    @GetMapping("/forecast")
    @Operation(summary = "Demand ahead of all pools or of one, of all GPUs or of one class")
    CapacityForecast forecast(
            @RequestParam(name = "hours_ahead", required = false) @Min(1) @Max(Settings.LONGEST_HORIZON) @Nullable
                    Integer hoursAhead,
            @RequestParam(name = "pool_id", required = false) @Pattern(regexp = POOL) @Nullable String poolId,
            @RequestParam(name = "gpu_class", required = false) @Pattern(regexp = CLASS) @Nullable String gpuClass) {
        int hours = hoursAhead == null ? settings.forecastHours() : hoursAhead;
        return planner.forecast(new Scope(poolId, gpuClass), hours, clock.instant());
    }

    @GetMapping("/recommendations")
    @Operation(summary = "What to do about capacity, by class of GPUs, and how often such advice was right")
    CapacityPlan recommendations(
            @RequestParam(name = "pool_id", required = false) @Pattern(regexp = POOL) @Nullable String poolId) {
        return planner.plan(new Scope(poolId, null), clock.instant());
    }
}
