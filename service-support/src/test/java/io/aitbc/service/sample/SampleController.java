package io.aitbc.service.sample;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Open;
import io.aitbc.service.security.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Allowed(Role.OPERATOR)
class SampleController {

    enum Colour {
        RED,
        GREEN
    }

    record Thing(
            @NotNull @Nullable String someName,
            @Nullable Integer count,
            @Nullable Double ratio,
            @Nullable BigDecimal amount,
            @Nullable Instant at,
            @Nullable Colour colour) {}

    private final AuditLog audit;
    private final JdbcClient jdbc;

    SampleController(AuditLog audit, JdbcClient jdbc) {
        this.audit = audit;
        this.jdbc = jdbc;
    }

    @PostMapping({"/things", "/large/things"})
    Thing echo(@Valid @RequestBody Thing thing) {
        return thing;
    }

    @PostMapping("/keyed/{thingName}")
    Thing keyed(
            @PathVariable @Size(max = 5) String thingName,
            @RequestParam(name = "how_many", defaultValue = "1") @Max(10) int count,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable @Size(max = 5) String key,
            @Valid @RequestBody Thing asked) {
        return asked;
    }

    @PostMapping("/listed")
    int listed(@Valid @RequestBody @Size(max = 2) List<@NotNull @Valid Thing> asked) {
        return asked.size();
    }

    @PostMapping("/audited")
    void audited(Caller caller, @RequestBody Map<String, Object> body) {
        audit.record(caller, "sample.change", "thing-1", null, body);
    }

    @PostMapping("/stored")
    String stored(@RequestBody Thing thing) {
        return jdbc.sql("SELECT :text::text")
                .param("text", thing.someName())
                .query(String.class)
                .single();
    }

    @GetMapping("/limited")
    int limited(@RequestParam @Max(10) int hours) {
        return hours;
    }

    @GetMapping("/broken/{how}")
    String broken(@PathVariable String how) {
        throw new IllegalStateException("secret detail of " + how);
    }

    @Allowed({Role.VIEWER, Role.OPERATOR})
    @GetMapping("/who")
    Caller who(Caller caller) {
        return caller;
    }

    @Open
    @GetMapping("/open")
    String open(@Nullable Caller caller) {
        return caller == null ? "nobody" : caller.name();
    }
}
