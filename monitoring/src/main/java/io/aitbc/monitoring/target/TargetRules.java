package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Durations;
import io.aitbc.monitoring.session.Refusals;
import io.aitbc.monitoring.session.Session;
import io.aitbc.service.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a target may be: nothing that Prometheus would refuse, or take for something else. */
@Component
class TargetRules {

    private static final int MOST_ADDRESSES = 50;
    private static final int MOST_PARAMS = 20;
    private static final int LONGEST_ID = 128;
    private static final int LONGEST_PARAM = 1000;
    private static final int LONGEST_PARAM_NAME = 100;

    private static final Pattern JOB_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._:-]{0,127}");
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9/._~!$&'()*+,;=:@-]{0,1023}");
    private static final Pattern SCHEME = Pattern.compile("https?");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");
    /** What may follow __param_ in the name of a label. */
    private static final Pattern LABEL_PART = Pattern.compile("[a-zA-Z0-9_]{1,100}");

    private static final String TYPES = Arrays.stream(TargetType.values())
            .map(type -> type.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));

    private final TargetSettings settings;

    TargetRules(TargetSettings settings) {
        this.settings = settings;
    }

    /**
     * The target that is asked for.
     *
     * @throws Problem 422 that names each field that is wrong
     */
    Target check(Session session, NewTarget asked, Instant now) {
        Refusals refusals = new Refusals();
        NewTarget.ScrapeConfig config = asked.scrapeConfig();
        if (config == null) {
            refusals.add("scrape_config", "must be given, with job_name and targets");
            config = new NewTarget.ScrapeConfig(null, null, null, null, null, null, null);
        }
        refusals.checkPlain("job_id", asked.jobId(), LONGEST_ID);
        refusals.check(
                "scrape_config.job_name",
                config.jobName(),
                JOB_NAME,
                "must be 1 to 128 letters, digits and . _ : -, beginning with a letter, digit or _");
        String path = Objects.requireNonNullElse(config.metricsPath(), "/metrics");
        refusals.check(
                "scrape_config.metrics_path",
                path,
                PATH,
                "must begin with / and be a path of at most 1024 characters without query; a query belongs into params");
        String scheme = Objects.requireNonNullElse(config.scheme(), "http");
        refusals.check("scrape_config.scheme", scheme, SCHEME, "must be http or https");
        Duration interval = config.scrapeInterval() == null
                ? session.scrapeInterval()
                : Durations.scrape("scrape_config.scrape_interval", config.scrapeInterval(), refusals);
        Target target = new Target(
                session.sessionId(),
                Objects.requireNonNullElse(config.jobName(), ""),
                Objects.requireNonNullElse(asked.jobId(), ""),
                type(asked.targetType(), refusals),
                path,
                scheme,
                params(config.params(), refusals),
                addresses(config.targets(), refusals),
                interval,
                timeout(config.scrapeTimeout(), interval, refusals),
                now,
                null);
        refusals.raise();
        return target;
    }

    private static TargetType type(@Nullable String asked, Refusals refusals) {
        return Arrays.stream(TargetType.values())
                .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(asked))
                .findAny()
                .orElseGet(() -> {
                    refusals.add("target_type", "must be one of " + TYPES);
                    return TargetType.CUSTOM;
                });
    }

    private Duration timeout(@Nullable String asked, Duration interval, Refusals refusals) {
        if (asked == null) {
            return settings.timeout().compareTo(interval) > 0 ? interval : settings.timeout();
        }
        Duration timeout = Durations.scrape("scrape_config.scrape_timeout", asked, refusals);
        if (timeout.compareTo(interval) > 0) {
            refusals.add(
                    "scrape_config.scrape_timeout",
                    "must not be longer than scrape_interval, which is " + Durations.print(interval));
        }
        return timeout;
    }

    private static List<String> addresses(@Nullable List<@Nullable String> asked, Refusals refusals) {
        String field = "scrape_config.targets";
        if (asked == null || asked.isEmpty() || asked.size() > MOST_ADDRESSES) {
            refusals.add(field, "must be 1 to " + MOST_ADDRESSES + " addresses");
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            String address = asked.get(i);
            if (address == null || !isAddress(address)) {
                refusals.add(
                        field + "[" + i + "]", "must be host:port, such as server-api:8001, without scheme or path");
            } else if (!seen.add(address)) {
                refusals.add(field + "[" + i + "]", "is named twice");
            } else {
                addresses.add(address);
            }
        }
        return addresses;
    }

    private static boolean isAddress(String text) {
        var matcher = ADDRESS.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        int port = Integer.parseInt(matcher.group(1));
        return port >= 1 && port <= 65_535;
    }

    private Map<String, List<String>> params(
            @Nullable Map<String, @Nullable List<@Nullable String>> asked, Refusals refusals) {
        Map<String, List<String>> params = new TreeMap<>();
        if (asked == null) {
            return params;
        }
        String field = "scrape_config.params";
        if (asked.size() > MOST_PARAMS) {
            refusals.add(field, "must be at most " + MOST_PARAMS);
            return params;
        }
        asked.forEach((name, values) -> {
            List<String> checked = new ArrayList<>();
            if (values != null) {
                values.forEach(value -> checked.add(Objects.requireNonNullElse(value, "")));
            }
            fault(name, checked).ifPresent(fault -> refusals.add(field, fault));
            params.put(name, checked);
        });
        return params;
    }

    /** What is wrong with a query parameter, by its name. */
    private Optional<String> fault(String name, List<String> values) {
        String shown = Refusals.quoted(name);
        if (!Refusals.isPlain(name, LONGEST_PARAM_NAME)) {
            return Optional.of("must have names of 1 to " + LONGEST_PARAM_NAME
                    + " characters without control characters; " + shown + " is none");
        }
        if (values.isEmpty() || values.size() > MOST_PARAMS) {
            return Optional.of("must each have 1 to " + MOST_PARAMS + " values; " + shown + " has " + values.size());
        }
        if (!values.stream().allMatch(value -> Refusals.isPlain(value, LONGEST_PARAM))) {
            return Optional.of("must have values of 1 to " + LONGEST_PARAM
                    + " characters without control characters; one of " + shown + " is none");
        }
        if (settings.isByHttp() && !LABEL_PART.matcher(name).matches()) {
            return Optional.of("must have names of letters, digits and _, for Prometheus takes no others by http_sd; "
                    + shown + " is none; MONITORING_TARGETS=config takes all");
        }
        if (settings.isByHttp() && values.size() > 1) {
            return Optional.of("must have one value each, for Prometheus takes no more by http_sd; " + shown + " has "
                    + values.size() + "; MONITORING_TARGETS=config takes all");
        }
        return Optional.empty();
    }
}
