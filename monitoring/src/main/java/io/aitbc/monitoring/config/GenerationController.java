package io.aitbc.monitoring.config;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was written into Prometheus' configuration, and what became of it. */
@RestController
@Allowed({Role.VIEWER, Role.OPERATOR})
class GenerationController {

    private final Generations generations;

    GenerationController(Generations generations) {
        this.generations = generations;
    }

    @GetMapping("/api/v1/config/generations")
    @Operation(summary = "List the generations of Prometheus' configuration, the newest first")
    ResponseEntity<Page<Generation>> list(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "20") @Min(1) @Max(100) int limit,
            HttpServletRequest request) {
        List<Generation> found = generations.before(before(cursor), limit + 1);
        return Links.page(request, Page.of(found, limit, last -> Cursors.encode(Long.toString(last.generation()))));
    }

    private static long before(@Nullable String cursor) {
        try {
            return cursor == null
                    ? Long.MAX_VALUE
                    : Long.parseLong(Cursors.decode(cursor, 1).get(0));
        } catch (NumberFormatException e) {
            throw Cursors.badCursor();
        }
    }
}
