package io.aitbc.service.configuration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/** Puts {@code service-defaults.yml} under every other source, so that any service or operator may say otherwise. */
public final class ServiceDefaults implements EnvironmentPostProcessor, Ordered {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        try {
            List<PropertySource<?>> sources = new YamlPropertySourceLoader()
                    .load("service-defaults", new ClassPathResource("service-defaults.yml"));
            environment.getPropertySources().addLast(tracing(environment));
            sources.forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Spans are recorded only where it is said where they should go. */
    private static PropertySource<?> tracing(ConfigurableEnvironment environment) {
        String base = environment.getProperty("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip();
        String traces = environment
                .getProperty("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
                .strip();
        Map<String, Object> properties = new HashMap<>();
        if (traces.isEmpty() && !base.isEmpty()) {
            traces = base.replaceFirst("/+$", "") + "/v1/traces";
        }
        if (traces.isEmpty()) {
            properties.put("management.tracing.enabled", "false");
        } else {
            properties.put("management.otlp.tracing.endpoint", traces);
        }
        return new MapPropertySource("tracing-defaults", properties);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 10;
    }
}
