package io.aitbc.coordinator.pricebook;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Price plans over HTTP. */
@RestController
@RequestMapping("/api/price-plans")
@Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
class PricePlanController {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    private static final String NAME_RULE =
            "must be 1 to 64 letters, digits and . _ -, beginning with a letter or digit";

    private final PricePlans plans;
    private final PriceSimulator simulator;

    PricePlanController(PricePlans plans, PriceSimulator simulator) {
        this.plans = plans;
        this.simulator = simulator;
    }

    @GetMapping
    @Operation(summary = "List all price plans, in each of their currencies")
    Page<PlanSummary> list() {
        return new Page<>(plans.all(), null);
    }

    @GetMapping("/{plan}")
    @Operation(summary = "Read a price plan with all its versions, in one currency or in all")
    Page<PlanView> get(
            @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String plan,
            @RequestParam(required = false) @Nullable String currency) {
        return new Page<>(plans.get(plan, currency), null);
    }

    @PostMapping("/{plan}/versions")
    @Allowed(Role.OPERATOR)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Add a version to a price plan; the first one makes the plan",
            description = "valid_from must not be in the past, but for the first version of a plan in a currency. 409"
                    + " when a version begins then already, so that a repetition adds nothing.")
    VersionShape add(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String plan,
            @RequestBody VersionShape version) {
        return plans.add(caller, plan, version);
    }

    @PostMapping("/{plan}/versions/{validFrom}/rates")
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Price a resource that a version has no price for",
            description =
                    "Also in a version that is in force or was: nobody can have been invoiced what had no price. 409"
                            + " for a resource that the version has a price for; that changes by a new version.")
    VersionShape addRates(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String plan,
            @PathVariable Instant validFrom,
            @RequestParam String currency,
            @RequestBody VersionShape.Rates rates) {
        return plans.addRates(caller, plan, currency, validFrom, rates);
    }

    @DeleteMapping("/{plan}/versions/{validFrom}")
    @Allowed(Role.OPERATOR)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Take back a version that is not yet in force")
    void remove(
            Caller caller,
            @PathVariable @Pattern(regexp = NAME, message = NAME_RULE) String plan,
            @PathVariable Instant validFrom,
            @RequestParam String currency) {
        plans.remove(caller, plan, currency, validFrom);
    }

    @PostMapping("/simulate")
    @Allowed({Role.OPERATOR, Role.VIEWER})
    @Operation(
            summary = "What tenants would have paid for a past period under a proposed version",
            description =
                    "A read, although a POST: nothing is written, not even to the audit log. The version is taken to"
                            + " hold for the whole period, whatever its valid_from; the period is last month in UTC when left"
                            + " out. Of the tenants named, or else of all on the plan (default when left out).")
    Simulation simulate(@RequestBody Simulation.Asked asked) {
        return simulator.simulate(asked);
    }
}
