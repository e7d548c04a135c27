package io.aitbc.monitoring.recipe;

import io.aitbc.monitoring.target.TargetType;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Locale;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The KPIs that there are. */
@RestController
@RequestMapping("/api/v1/kpis")
@Allowed({Role.VIEWER, Role.OPERATOR})
class RecipeController {

    /**
     * A KPI of a type of target.
     *
     * @param promql with places for the session and the window
     */
    record KpiView(String targetType, String name, String unit, String description, String promql) {

        static KpiView of(TargetType type, Kpi kpi) {
            return new KpiView(
                    type.name().toLowerCase(Locale.ROOT), kpi.name(), kpi.unit(), kpi.description(), kpi.template());
        }
    }

    private final Recipes recipes;

    RecipeController(Recipes recipes) {
        this.recipes = recipes;
    }

    @GetMapping
    @Operation(summary = "The KPIs of each type of target, with their PromQL")
    List<KpiView> kpis() {
        return List.of(TargetType.values()).stream()
                .flatMap(type -> recipes.of(List.of(type)).stream().map(kpi -> KpiView.of(type, kpi)))
                .toList();
    }
}
