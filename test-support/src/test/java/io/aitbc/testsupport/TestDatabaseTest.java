package io.aitbc.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {

    @Test
    void anApplicationIsGivenADatabaseOfItsOwn() {
        Map<String, Object> first = registered();
        Map<String, Object> second = registered();
        assertThat(first)
                .containsOnlyKeys("spring.datasource.url", "spring.datasource.username", "spring.datasource.password");
        assertThat(first.get("spring.datasource.url")).isNotEqualTo(second.get("spring.datasource.url"));
    }

    private static Map<String, Object> registered() {
        Map<String, Object> properties = new HashMap<>();
        TestDatabase.register((name, value) -> properties.put(name, Objects.requireNonNull(value.get())));
        return properties;
    }
}
