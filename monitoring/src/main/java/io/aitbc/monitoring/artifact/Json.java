package io.aitbc.monitoring.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** JSON of the artifacts: the same wherever it is written, whatever a service's own settings are. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // What later versions add is passed over.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static byte[] write(Manifest manifest) {
        try {
            String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n";
            return text.getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest cannot be written as JSON", e);
        }
    }

    /** @throws IOException when it is no manifest of a version that is known here */
    static Manifest readManifest(byte[] json) throws IOException {
        Manifest manifest;
        try {
            manifest = MAPPER.readValue(json, Manifest.class);
        } catch (NullPointerException | IllegalArgumentException e) {
            throw new IOException("a field is missing", e);
        }
        if (manifest == null || manifest.schemaVersion() != Manifest.SCHEMA_VERSION) {
            throw new IOException("its schema_version is not " + Manifest.SCHEMA_VERSION);
        }
        return manifest;
    }

    static String labels(Map<String, String> labels) {
        return text(labels);
    }

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a value cannot be written as JSON", e);
        }
    }
}
