package io.aitbc.service.lifetime;

import io.aitbc.service.security.Open;
import io.swagger.v3.oas.annotations.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether this service can do its work now; for people, load balancers and probes. */
@Open
@RestController
class HealthController {

    private final JdbcClient jdbc;
    private final List<HealthDetail> details;

    HealthController(JdbcClient jdbc, List<HealthDetail> details) {
        this.jdbc = jdbc;
        this.details = details;
    }

    @Operation(summary = "Whether this service can do its work now; 503 when its database is away")
    @GetMapping({"/health", "/v1/health"})
    ResponseEntity<Map<String, Object>> health() {
        boolean database = databaseAnswers();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", database ? "ok" : "unavailable");
        body.put("db", database ? "ok" : "unavailable");
        details.forEach(detail -> body.putAll(detail.details()));
        return ResponseEntity.status(database ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(body);
    }

    private boolean databaseAnswers() {
        try {
            return jdbc.sql("SELECT 1").query(Integer.class).single() == 1;
        } catch (DataAccessException e) {
            return false;
        }
    }
}
