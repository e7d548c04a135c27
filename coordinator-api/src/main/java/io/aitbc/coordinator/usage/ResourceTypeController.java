package io.aitbc.coordinator.usage;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What may be billed. */
@RestController
@RequestMapping("/api/resource-types")
@Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
class ResourceTypeController {

    private final ResourceTypeBook types;

    ResourceTypeController(ResourceTypeBook types) {
        this.types = types;
    }

    @GetMapping
    @Operation(summary = "List all resource types")
    Page<ResourceType> list() {
        List<ResourceType> all = types.all().stream()
                .sorted(Comparator.comparing(ResourceType::name))
                .toList();
        return new Page<>(all, null);
    }

    @PostMapping
    @Allowed(Role.OPERATOR)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a resource type",
            description = "For ever: what was billed was billed in its unit. 409 when there is one of that name.")
    ResourceType add(Caller caller, @Valid @RequestBody NewResourceType type) {
        return types.add(caller, type);
    }
}
