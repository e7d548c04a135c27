package io.aitbc.monitoring.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;

class LocalOperatorTest {

    private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/v1/sessions");
    private final MockEnvironment embedded = new MockEnvironment();

    LocalOperatorTest() {
        request.setRemoteAddr("127.0.0.1");
        host("localhost");
    }

    private void host(String name) {
        request.removeHeader("Host");
        request.addHeader("Host", name + ":8002");
    }

    private boolean isTrusted(String mode) {
        return new LocalOperator(new AccessSettings(mode), embedded)
                .callerOf(request)
                .isPresent();
    }

    @Test
    void inDevelopmentTheMachinesOwnUserNeedsNoKey() {
        assertThat(isTrusted("development")).isTrue();
        assertThat(isTrusted("")).as("on embedded PostgreSQL").isTrue();
        request.setRemoteAddr("::1");
        host("[::1]");
        assertThat(isTrusted("Development")).isTrue();
    }

    @Test
    void inProductionEverybodyDoes() {
        assertThat(isTrusted("production")).isFalse();
        embedded.setProperty("spring.datasource.url", "jdbc:postgresql://db/monitoring");
        assertThat(isTrusted("")).as("with a database server").isFalse();
        assertThatThrownBy(() -> new AccessSettings("test"))
                .hasMessage("DEPLOYMENT_MODE must be development or production, was 'test'");
    }

    @Test
    void othersAreNotTakenForHim() {
        request.setRemoteAddr("10.0.0.7");
        assertThat(isTrusted("development")).as("another machine").isFalse();
        request.setRemoteAddr("127.0.0.1");
        host("rebound.example");
        assertThat(isTrusted("development"))
                .as("a name that was bound to this machine")
                .isFalse();
        host("localhost");
        request.addHeader("X-Forwarded-For", "10.0.0.7");
        assertThat(isTrusted("development")).as("a proxy").isFalse();
    }

    @Test
    void foreignPagesInHisBrowserAreNotTakenForHim() {
        request.addHeader("Origin", "https://evil.example");
        assertThat(isTrusted("development")).isFalse();
        request.removeHeader("Origin");
        request.addHeader("Sec-Fetch-Site", "cross-site");
        assertThat(isTrusted("development")).isFalse();
        request.removeHeader("Sec-Fetch-Site");
        request.addHeader("Origin", "http://localhost:8002");
        request.addHeader("Sec-Fetch-Site", "same-origin");
        assertThat(isTrusted("development")).as("our own page").isTrue();
    }
}
