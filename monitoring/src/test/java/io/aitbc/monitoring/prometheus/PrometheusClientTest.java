package io.aitbc.monitoring.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class PrometheusClientTest extends RunningMonitoring {

    @Autowired
    private PrometheusClient prometheus;

    @BeforeEach
    void itIsThere() {
        RealPrometheus.assumeInstalled();
    }

    @Test
    void answersWhatPrometheusSays() {
        assertThat(prometheus.isReady()).isTrue();
        PrometheusClient.Reply reply = prometheus.query("vector(41) + 1", Instant.parse("2026-04-22T12:00:00.5Z"));
        assertThat(reply.data().path("result").path(0).path("value").path(1).asText())
                .isEqualTo("42");
        assertThat(reply.data().path("result").path(0).path("value").path(0).asDouble())
                .isEqualTo(1776859200.5);
    }

    @Test
    void passesPrometheusOwnWordsOn() {
        assertThatThrownBy(() -> prometheus.query("sum(", Instant.EPOCH))
                .isInstanceOfSatisfying(PrometheusRefused.class, refused -> {
                    assertThat(refused.status()).isEqualTo(400);
                    assertThat(refused.errorType()).isEqualTo("bad_data");
                    assertThat(refused).hasMessageContaining("parse error");
                });
    }
}
