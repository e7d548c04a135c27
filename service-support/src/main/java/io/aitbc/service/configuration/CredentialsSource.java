package io.aitbc.service.configuration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sees to it that no service runs without keys: embedded mode takes the missing ones from credentials.env, any other
 * refuses to start.
 */
public final class CredentialsSource implements EnvironmentPostProcessor, Ordered {

    private static final Bindable<Map<String, String>> KEYS = Bindable.mapOf(String.class, String.class);

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Binder binder = Binder.get(environment);
        List<String> names = new ArrayList<>(
                binder.bind("service.keys", KEYS).orElse(Map.of()).values());
        names.addAll(binder.bind("service.credentials", Bindable.listOf(String.class))
                .orElse(List.of()));
        List<String> missing = names.stream()
                .filter(name -> environment.getProperty(name, "").isBlank())
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        if (!environment.getProperty("spring.datasource.url", "").isEmpty()) {
            throw new KeysMissing(missing);
        }
        Path dataDir = Path.of(environment.getProperty("data.dir", "./data"));
        try {
            Map<String, String> kept = new Credentials(dataDir).readOrCreate(missing);
            Map<String, Object> added = new HashMap<>();
            missing.forEach(name -> added.put(name, kept.getOrDefault(name, "")));
            environment.getPropertySources().addFirst(new MapPropertySource("credentials.env", added));
        } catch (IOException e) {
            throw new CredentialsUnusable(dataDir, e);
        }
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 5;
    }
}
