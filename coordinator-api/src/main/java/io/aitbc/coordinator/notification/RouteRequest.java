package io.aitbc.coordinator.notification;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route to be made or changed.
 *
 * @param matchers everything when left out
 * @param target an e-mail address or a URL
 * @param secret signs what goes to a webhook; left out, the one that is there stays
 * @param sendResolved true when left out
 */
record RouteRequest(
        @Nullable @Valid Matchers matchers,
        @NotNull Channel channel,
        @NotNull @Size(min = 1, max = 2048) String target,

        @Nullable @Size(min = 16, max = 256) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE)
        String secret,

        @Nullable Boolean sendResolved) {

    /** What a notification must be like; what is left out does not matter. */
    record Matchers(
            @Nullable Set<@NotNull Severity> severity,

            @Nullable @Size(max = 64)
            Map<
                            @NotBlank @Size(max = 128) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE) String,
                            @NotNull @Size(max = 1024) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE) String>
                    labels,

            @Nullable @Size(min = 1, max = 64) @Pattern(regexp = Texts.LINE, message = Texts.LINE_RULE)
            String tenantId) {}

    Set<Severity> severities() {
        return matchers == null || matchers.severity() == null ? Set.of() : matchers.severity();
    }

    Map<String, String> labels() {
        return matchers == null || matchers.labels() == null ? Map.of() : matchers.labels();
    }

    @Nullable
    String tenantId() {
        return matchers == null ? null : matchers.tenantId();
    }

    /** Without what is secret. */
    @Override
    public String toString() {
        return "RouteRequest[" + channel + "]";
    }
}
