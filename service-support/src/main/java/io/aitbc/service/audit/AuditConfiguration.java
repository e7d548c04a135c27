package io.aitbc.service.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes the audit log, and what reads it. */
@AutoConfiguration(after = JdbcClientAutoConfiguration.class)
public class AuditConfiguration {

    @Bean
    AuditLog auditLog(JdbcClient jdbc, ObjectMapper json, Clock clock) {
        return new AuditLog(jdbc, json, clock);
    }

    @Bean
    AuditController auditController(JdbcClient jdbc, ObjectMapper json) {
        return new AuditController(new AuditEntries(jdbc, json));
    }
}
