package io.aitbc.agent.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceUrlTest {

    @Test
    void aPathBeforeTheApiIsKept() {
        assertThat(ServiceUrl.parse(" https://pool.example/hub/ ").resolve("/v1/match"))
                .hasToString("https://pool.example/hub/v1/match");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8210, must begin with http",
        "ftp://hub, must begin with http",
        "http://, it is not a URL",
        "http:///x, names no host",
        "http://hub:99999, its port",
        "http://user:pw@hub, neither a user",
        "http://hub?x=1, neither a user",
        "http://a b, not a URL",
    })
    void whatIsNoAddressIsRefusedWithTheReason(String text, String reason) {
        assertThatThrownBy(() -> ServiceUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageEndingWith("as in http://127.0.0.1:8210");
    }
}
