package io.aitbc.poolhub.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/** How values look on a page. What is not known is a dash, never a zero. */
final class Show {

    private static final Pattern UNIT = Pattern.compile("_(pct|ms)$");
    private static final String NOTHING = "–";
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ObjectMapper json;
    private final Clock clock;

    Show(ObjectMapper json, Clock clock) {
        this.json = json;
        this.clock = clock;
    }

    /** UTC, to the second. */
    public String time(@Nullable Instant at) {
        return at == null ? NOTHING : MOMENT.format(at) + " UTC";
    }

    /** How long ago, or in how long. */
    public String ago(@Nullable Instant at) {
        if (at == null) {
            return "never";
        }
        Duration since = Duration.between(at, clock.instant());
        if (since.abs().toMillis() < 1_000) {
            return "now";
        }
        return since.isNegative() ? "in " + length(since.negated()) : length(since) + " ago";
    }

    /** The two largest units. */
    public String length(@Nullable Duration length) {
        if (length == null) {
            return NOTHING;
        }
        if (length.toDays() > 0) {
            return length.toDays() + " d " + length.toHoursPart() + " h";
        }
        if (length.toHours() > 0) {
            return length.toHours() + " h " + length.toMinutesPart() + " min";
        }
        return length.toMinutes() > 0
                ? length.toMinutes() + " min " + length.toSecondsPart() + " s"
                : length.toSeconds() + " s";
    }

    /** Milliseconds as a length of time. */
    public String millis(@Nullable Long millis) {
        return millis == null ? NOTHING : length(Duration.ofMillis(millis));
    }

    /** At most two decimals, thousands apart. */
    public String number(@Nullable Number value) {
        if (value == null || (value instanceof Double d && !Double.isFinite(d))) {
            return NOTHING;
        }
        BigDecimal exact = value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
        BigDecimal rounded = exact.setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
        return String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded);
    }

    /** Without decimals. */
    public String whole(@Nullable Number value) {
        return value == null ? NOTHING : number(Math.round(value.doubleValue()));
    }

    /** When something is to be done: now, or in how long. */
    public String due(@Nullable Instant at) {
        return at == null ? NOTHING : at.isAfter(clock.instant()) ? ago(at) : "now";
    }

    /** Why a miner was not offered, by the reason's name. */
    public String refusal(String reason) {
        return switch (reason) {
            case "not_approved" -> "not approved yet";
            case "maintenance" -> "in maintenance";
            case "no_healthy_gpu" -> "no healthy GPU";
            case "gpu_count" -> "too few free GPUs";
            case "gpu_name" -> "other GPUs";
            case "vram" -> "too little GPU memory";
            case "ram" -> "too little memory";
            case "capabilities" -> "lacks a capability";
            case "price" -> "too expensive";
            case "region" -> "in another region";
            default -> words(reason);
        };
    }

    /** Such as {@code gpu count 2, gpu name A100}. */
    public String members(Map<String, Object> said) {
        return said.isEmpty()
                ? "nothing"
                : said.entrySet().stream()
                        .map(one -> words(one.getKey()) + " " + one.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** A decimal with all its digits. */
    public String exactly(@Nullable BigDecimal value) {
        return value == null
                ? NOTHING
                : value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** 0..1 as per cent. */
    public String share(@Nullable Double share) {
        return share == null ? NOTHING : number(100 * share) + " %";
    }

    /** A constant's or a figure's name as words, without the unit that it may end with. */
    public String words(@Nullable Object name) {
        return name == null
                ? NOTHING
                : UNIT.matcher(name.toString().toLowerCase(Locale.ROOT))
                        .replaceFirst("")
                        .replace('_', ' ');
    }

    /** good, warn, bad or calm: how a state looks. */
    public String tone(@Nullable Object state) {
        return switch (String.valueOf(state).toUpperCase(Locale.ROOT)) {
            case "UP", "HEALTHY", "OK", "COMPLETED", "RESOLVED", "BALANCED", "APPROVED" -> "good";
            case "DEGRADED",
                    "THROTTLED",
                    "DRAINING",
                    "VALIDATING",
                    "PROBATION",
                    "HIGH",
                    "WARNING",
                    "PARKED",
                    "PENDING" -> "warn";
            case "DOWN",
                    "CRITICAL",
                    "QUARANTINED",
                    "FAILED",
                    "OPEN",
                    "EMERGENCY",
                    "UNBALANCED",
                    "FIRING",
                    "LOST",
                    "EXPIRED" -> "bad";
            default -> "calm";
        };
    }

    /** The same for who does not see colours. */
    public String symbol(@Nullable Object state) {
        return switch (tone(state)) {
            case "good" -> "✓";
            case "warn" -> "!";
            case "bad" -> "✕";
            default -> "○";
        };
    }

    /** For a data attribute that a script reads. */
    public String json(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a page's figures cannot be written as JSON", e);
        }
    }

    /** A name as one step of an address. */
    public String step(String name) {
        return UriUtils.encodePathSegment(name, StandardCharsets.UTF_8);
    }

    /** A value in an address, after the question mark. */
    public String query(@Nullable Object value) {
        return value == null ? "" : URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }
}
